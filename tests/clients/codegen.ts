// The types of what the clients here ask, as the frontend has its own generated; Node wants the endings of files.
import type { CodegenConfig } from "@graphql-codegen/cli";
import frontend from "../../frontend/codegen.ts";

const { preset, config } = frontend.generates["./src/gql/"] as { preset: string; config: object };

export default {
  schema: "../../platform/schema/schema.graphql",
  documents: ["all.graphql", "check/*.ts"],
  generates: { "./gql/": { preset, config: { ...config, importExtension: ".ts" } } },
} satisfies CodegenConfig;
