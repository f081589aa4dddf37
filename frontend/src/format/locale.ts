const SAMPLE = 1_234_567.5;
const WRITTEN = "1,234,567.5";

/**
 * Texts are English, so numbers and dates are written as the reader's English writes them, if its figures are those of the texts: what
 * a field shows must be understood when it is typed again, and "1.404" of en-DE would be another quantity.
 */
export const localeOf = (languages: readonly string[]): string =>
  languages.find((language) => language.startsWith("en") && new Intl.NumberFormat(language).format(SAMPLE) === WRITTEN) ?? "en-GB";

export const LOCALE = localeOf(navigator.languages);
