// Types of what the clients here ask, written as docs/guide/api-clients.md shows.
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../../platform/schema/schema.graphql",
  documents: ["all.graphql", "check/*.ts"],
  generates: {
    "./gql/": {
      preset: "client",
      config: {
        strictScalars: true,
        enumsAsTypes: true,
        useTypeImports: true,
        importExtension: ".ts", // Node wants the endings of files
        scalars: {
          Cursor: "string",
          DateTime: "string",
          Decimal: "string",
          Float32Column: "string",
          GasDay: "string",
          Int32Column: "string",
          Int64Column: "string",
          Price: "string",
          Quantity: { input: "number | string", output: "number" },
        },
      },
    },
  },
};

export default config;
