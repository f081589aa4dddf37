// Lints the schema of the API with every rule of graphql-eslint that is about schemas.
import graphql from "@graphql-eslint/eslint-plugin";

const { "flat/schema-all": all, "flat/schema-relay": relay } = graphql.configs;

export default [
  {
    files: ["**/*.graphql"],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: "platform/schema/schema.graphql" } },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { "@graphql-eslint": graphql },
    rules: {
      ...all.rules,
      ...relay.rules,
      "@graphql-eslint/require-description": [
        "error",
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          EnumValueDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
        },
      ],
      // Closed sets, such as the months of a season, are lists.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false }],
      // The file is printed, in the order of graphql-core.
      "@graphql-eslint/alphabetize": "off",
      // Its default forbids mutations and subscriptions.
      "@graphql-eslint/no-root-type": "off",
      // It takes `awardedAt` of an Award and `bidder` of a Bid for repetitions of the type's name.
      "@graphql-eslint/no-typename-prefix": "off",
      // It wants an argument of @deprecated that GraphQL has not; here the reason names the date.
      "@graphql-eslint/require-deprecation-date": "off",
      // What a mutation refuses is a member of a union, what a query refuses an error: null would say neither.
      "@graphql-eslint/require-nullable-result-in-root": "off",
      // Only what `node(id:)` finds has an id; anything else is part of what contains it.
      "@graphql-eslint/strict-id-in-types": "off",
    },
  },
];
