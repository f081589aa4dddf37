/** Sends what is typed into the explorer to the API: subscriptions by websocket, everything else by HTTP. */
import type { GraphiQLProps } from "graphiql";
import type { ExecutionResult } from "graphql";
import { getOperationAST, OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import { borrow } from "../../api/lending";
import { GRAPHQL_URL, SOCKET_URL } from "../../api/place";
import { bearer } from "../../api/refreshing";
import { session } from "../../api/session";

type Fetcher = NonNullable<GraphiQLProps["fetcher"]>;
type Answer = ExecutionResult<Record<string, unknown>, Record<string, unknown>>;
type Parameters = globalThis.Parameters<Fetcher>[0];

/** That of who signed in here, else that of an open tab. */
const authorization = (): Promise<Record<string, string>> => (session.get() === undefined ? borrow() : bearer());

const socket = createClient({ url: SOCKET_URL, connectionParams: authorization });

async function post(operation: Parameters): Promise<Answer> {
  const answer = await fetch(GRAPHQL_URL, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...(await authorization()) },
    body: JSON.stringify(operation),
  });
  return (await answer.json()) as Answer;
}

export const fetcher: Fetcher = (operation, options) => {
  const { operationName, query } = operation;
  const document = options?.documentAST;
  const asked = document === undefined ? null : getOperationAST(document, operationName);
  if (asked?.operation !== OperationTypeNode.SUBSCRIPTION) return post(operation);
  const variables = operation.variables as Record<string, unknown> | undefined;
  return socket.iterate({ query, operationName, variables }) as AsyncIterable<Answer>;
};
