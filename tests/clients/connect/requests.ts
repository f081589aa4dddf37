import { GraphQLClient } from "graphql-request";

export function requests(url: string, token: string): GraphQLClient {
  return new GraphQLClient(`${url}/graphql`, { headers: { authorization: `Bearer ${token}` } });
}
