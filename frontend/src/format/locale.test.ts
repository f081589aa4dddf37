import { expect, it } from "vitest";
import { localeOf } from "./locale";

it.each([
  [["de-DE", "en-US"], "en-US"],
  [["en-AU", "en-US"], "en-AU"],
  // "1.234.567,5", "12,34,567.5" and "1 234 567,5": a field would not understand them.
  [["en-DE", "en-IN", "en-ZA"], "en-GB"],
  [["en-DE", "en-CA"], "en-CA"],
  [["fr-FR"], "en-GB"],
  [["en-US@posix"], "en-GB"],
  [[], "en-GB"],
])("of a reader of %j writes as %s", (languages, locale) => {
  expect(localeOf(languages)).toBe(locale);
});
