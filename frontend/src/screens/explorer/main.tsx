/** A page of its own, because its editor needs another content policy than the screens. */
import "@fontsource-variable/inter/wght.css";
import "../../theme/tokens.css";
import "../../theme/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Connected } from "../../api/Connected";
import { applyTheme } from "../../theme/theme";
import { ExplorerPage } from "./ExplorerPage";

applyTheme();
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no element #root");
createRoot(root).render(
  <StrictMode>
    <Connected>
      <ExplorerPage />
    </Connected>
  </StrictMode>,
);
