import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import { GraphiQL } from "graphiql";
import { useStore } from "../../api/store";
import { theme } from "../../theme/theme";
import { fetcher } from "./fetcher";

const FIRST = `query Networks {
  networks {
    code
    name
    unit
  }
}
`;

/** The operation is in the fragment of the address, which is never sent to a server: a colleague who opens it sees the same. */
const shared = (): { initialQuery?: string } => {
  const query = new URLSearchParams(window.location.hash.slice(1)).get("query");
  return query === null ? {} : { initialQuery: query };
};

function share(query: string): void {
  const place = `${window.location.pathname}#${new URLSearchParams({ query }).toString()}`;
  window.history.replaceState(null, "", place);
}

export function Explorer() {
  const shade = useStore(theme);
  return <GraphiQL fetcher={fetcher} defaultQuery={FIRST} {...shared()} onEditQuery={share} isHeadersEditorEnabled={false} forcedTheme={shade} />;
}
