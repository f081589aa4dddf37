/** A name for people; codes such as "sink_27" read as "sink 27". */
export const labelOf = (element: { readonly name: string; readonly code: string }): string =>
  element.name === "" ? element.code.replaceAll("_", " ") : element.name;
