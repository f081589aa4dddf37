import { type Client, createClient } from "graphql-ws";

const FORBIDDEN = 4403;

export function live(url: string, token: () => string): Client {
  const client = createClient({
    url: `${url.replace(/^http/, "ws")}/graphql`,
    connectionParams: () => ({ authorization: `Bearer ${token()}` }),
    retryAttempts: Infinity,
    shouldRetry: (cause) => (cause as CloseEvent).code !== FORBIDDEN,
  });
  return {
    ...client,
    subscribe(payload, sink) {
      const variables = { ...payload.variables };
      return client.subscribe<Record<string, { cursor?: string }>>(
        { ...payload, variables },
        {
          ...sink,
          next(result) {
            const [news] = Object.values(result.data ?? {});
            if (news?.cursor) variables.after = news.cursor;
            sink.next(result as never);
          },
        },
      );
    },
  };
}
