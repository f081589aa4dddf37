import "@fontsource-variable/inter/wght.css";
import "./theme/tokens.css";
import "./theme/base.css";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Connected } from "./api/Connected";
import { lend } from "./api/lending";
import { router } from "./router";
import { followPrinting } from "./theme/printing";
import { applyTheme } from "./theme/theme";

applyTheme();
followPrinting();
lend();
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no element #root");
createRoot(root).render(
  <StrictMode>
    <Connected>
      <RouterProvider router={router} />
    </Connected>
  </StrictMode>,
);
