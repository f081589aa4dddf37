const SAMPLE = 1_234_567.5;
const WRITTEN = "1,234,567.5";

/**
 * Texts are English, so numbers and dates are written as the reader's English writes them, if its figures are those of the texts: what
 * a field shows must be understood when it is typed again, and "1.404" of en-DE would be another quantity.
 */
export const localeOf = (languages: readonly string[]): string =>
  languages.find((language) => language.startsWith("en") && written(language) === WRITTEN) ?? "en-GB";

function written(language: string): string | undefined {
  try {
    return new Intl.NumberFormat(language).format(SAMPLE);
  } catch {
    // Such as "en-US@posix", which a browser takes from its system.
    return undefined;
  }
}

export const LOCALE = localeOf(navigator.languages);
