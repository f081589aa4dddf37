/** Where the platform is: below a path prefix, if a proxy gives it one. The server writes it into `<base>`. */
export const BASE_PATH = new URL(document.baseURI).pathname;

export const GRAPHQL_URL = new URL("graphql", document.baseURI).href;

export const SOCKET_URL = GRAPHQL_URL.replace(/^http/, "ws");

/** Where the API can be explored, if the installation has a page for that: it says so in its document. */
export const EXPLORER_URL = document.querySelector<HTMLLinkElement>("link[rel=service-doc]")?.href;
