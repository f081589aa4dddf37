import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import { useGraphiQL } from "@graphiql/react";
import { GraphiQL } from "graphiql";
import { useEffect, useState } from "react";
import { useStore } from "../../api/store";
import { texts } from "../../texts/en";
import { theme } from "../../theme/theme";
import css from "./Explorer.module.css";
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

/** Until its editors are there GraphiQL has nothing to execute, and its buttons do nothing. */
export function Explorer() {
  const shade = useStore(theme);
  const [isReady, setReady] = useState(false);
  return (
    <main className={css.frame}>
      <h1 className="hidden">{texts.explorer.title}</h1>
      <fieldset className={css.frame} disabled={!isReady}>
        <GraphiQL fetcher={fetcher} defaultQuery={FIRST} {...shared()} onEditQuery={share} isHeadersEditorEnabled={false} forcedTheme={shade}>
          <Editors onReady={setReady} />
        </GraphiQL>
      </fieldset>
    </main>
  );
}

function Editors({ onReady }: { readonly onReady: (isReady: boolean) => void }) {
  const isReady = useGraphiQL(({ queryEditor, responseEditor }) => queryEditor !== undefined && responseEditor !== undefined);
  useEffect(() => { onReady(isReady); }, [isReady, onReady]);
  return null;
}
