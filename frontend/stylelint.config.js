export default {
  extends: ["stylelint-config-standard"],
  rules: {
    // Colours are tokens, so that both themes hold.
    "color-no-hex": [true, { message: "use a token of theme/tokens.css" }],
    "selector-class-pattern": "^[a-z][a-zA-Z0-9]*$",
    "keyframes-name-pattern": "^[a-z][a-zA-Z0-9]*$",
    "no-descending-specificity": null,
  },
  overrides: [{ files: ["src/theme/tokens.css"], rules: { "color-no-hex": null } }],
};
