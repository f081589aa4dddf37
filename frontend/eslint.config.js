// Rules for the frontend's sources; those for the schema are in schema.eslint.config.js.
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const ARITHMETIC =
  "Amounts come exact from the API and are only written: format/ turns them into texts and lengths, nothing else may.";

const TEXT = "Texts stand in texts/, where they can be translated.";
const WORD = "/\\p{L}{2}/u";

/** Words that people read: between tags, in braces there, and in attributes that are shown or said. */
const TEXTS = [
  `JSXText[value=${WORD}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > Literal[value=${WORD}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=${WORD}]`,
  `:matches(JSXElement, JSXFragment) > JSXExpressionContainer > ConditionalExpression > Literal[value=${WORD}]`,
  ...["> Literal", "> JSXExpressionContainer > Literal", "> JSXExpressionContainer > ConditionalExpression > Literal"].map(
    (path) => `JSXAttribute[name.name=/^(alt|aria-description|aria-label|aria-roledescription|label|note|placeholder|tag|text|title)$/] ${path}[value=${WORD}]`,
  ),
].map((selector) => ({ selector, message: TEXT }));

export default tseslint.config(
  { ignores: ["node_modules", "src/api/graphql-env.d.ts"] },
  {
    files: ["src/**/*.{ts,tsx}", "journeys/**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked, reactHooks.configs.flat.recommended],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: "test" }] },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "max-lines": ["error", 250],
      "no-console": "error",
    },
  },
  { files: ["src/texts/**"], rules: { "max-lines": "off" } },
  {
    files: ["src/**/*.{ts,tsx}"],
    // The checkers of certificates and of inclusion are arithmetic, on figures of their own documents.
    ignores: ["src/format/**", "src/api/columns.ts", "src/proofs/**", "src/**/*.test.{ts,tsx}"],
    rules: {
      // The types of amounts are opaque, so the compiler refuses arithmetic; these would get around them.
      "no-restricted-syntax": [
        "error",
        { selector: "TSAsExpression > TSAsExpression[typeAnnotation.type='TSUnknownKeyword']", message: ARITHMETIC },
        { selector: "CallExpression[callee.name=/^(Number|BigInt|parseFloat|parseInt)$/]", message: ARITHMETIC },
        { selector: "UnaryExpression[operator='+']", message: ARITHMETIC },
        ...TEXTS,
      ],
    },
  },
);
