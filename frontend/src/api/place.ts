/** Where the platform is: below a path prefix, if a proxy gives it one. The server writes it into `<base>`. */
export const BASE_PATH = new URL(document.baseURI).pathname;

export const GRAPHQL_URL = new URL("graphql", document.baseURI).href;

export const SOCKET_URL = GRAPHQL_URL.replace(/^http/, "ws");
