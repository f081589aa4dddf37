// Types of the documents in src, from the schema; docs/guide/api-clients.md shows this configuration.
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../platform/schema/schema.graphql",
  documents: "src/**/*.{ts,tsx}",
  ignoreNoDocuments: true,
  generates: {
    "./src/gql/": {
      preset: "client",
      config: {
        strictScalars: true,
        enumsAsTypes: true,
        useTypeImports: true,
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
