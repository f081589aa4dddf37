/** Texts are English, so numbers and dates are written as the reader's English writes them. */
export const LOCALE = navigator.languages.find((language) => language.startsWith("en")) ?? "en-GB";
