/** The addresses of the screens. Their search part holds plain texts, so that it can be read and written by hand. */
import { createRootRoute, createRoute, createRouter, Outlet, redirect } from "@tanstack/react-router";
import { BASE_PATH } from "./api/place";
import { session } from "./api/session";
import { readAddress as readAdministration } from "./screens/administration/address";
import { readAddress as readAvailability } from "./screens/availability/address";
import { FirstNetwork } from "./screens/FirstNetwork";
import { NoPage } from "./screens/NoPage";
import { lazyScreen } from "./screens/lazyScreen";
import { NoScreen } from "./screens/NoScreen";
import { readAddress as readMarketAddress } from "./screens/market/address";
import { readAddress } from "./screens/network/address";
import { readOperatorAddress } from "./screens/operator/address";
import { readPortfolioAddress } from "./screens/portfolio/address";
import { readAddress as readSettlementAddress } from "./screens/settlement/address";
import { SignInScreen } from "./screens/sign_in/SignInScreen";
import { Shell } from "./shell/Shell";

const root = createRootRoute({ component: Outlet, notFoundComponent: NoPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: ({ next }: Record<string, unknown>): { next?: string | undefined } => ({
    next: typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : undefined,
  }),
  component: SignInScreen,
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: ({ location }) => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's way to go elsewhere
    if (session.get() === undefined) throw redirect({ to: "/sign-in", search: { next: location.publicHref } });
  },
  component: Shell,
});

const first = createRoute({ getParentRoute: () => signedIn, path: "/", component: FirstNetwork });

const network = createRoute({
  getParentRoute: () => signedIn,
  path: "/networks/$network",
  validateSearch: readAddress,
  component: lazyScreen(() => import("./screens/network/NetworkScreen"), "NetworkScreen"),
});

const availability = createRoute({
  getParentRoute: () => signedIn,
  path: "/networks/$network/availability",
  validateSearch: readAvailability,
  component: lazyScreen(() => import("./screens/availability/AvailabilityScreen"), "AvailabilityScreen"),
});

const portfolio = createRoute({
  getParentRoute: () => signedIn,
  path: "/networks/$network/portfolio",
  validateSearch: readPortfolioAddress,
  component: lazyScreen(() => import("./screens/portfolio/PortfolioScreen"), "PortfolioScreen"),
});

const proof = createRoute({
  getParentRoute: () => signedIn,
  path: "/networks/$network/contracts/$contract/proof",
  component: lazyScreen(() => import("./screens/proof/ProofScreen"), "ProofScreen"),
});

const operator = createRoute({
  getParentRoute: () => signedIn,
  path: "/networks/$network/operator",
  validateSearch: readOperatorAddress,
  component: lazyScreen(() => import("./screens/operator/OperatorScreen"), "OperatorScreen"),
});

const imports = createRoute({
  getParentRoute: () => signedIn,
  path: "/import",
  component: lazyScreen(() => import("./screens/operator/imports/ImportScreen"), "ImportScreen"),
});

const market = createRoute({
  getParentRoute: () => signedIn,
  path: "/networks/$network/market",
  validateSearch: readMarketAddress,
  component: lazyScreen(() => import("./screens/market/MarketScreen"), "MarketScreen"),
});

const administration = createRoute({
  getParentRoute: () => signedIn,
  path: "/administration",
  validateSearch: readAdministration,
  component: lazyScreen(() => import("./screens/administration/AdministrationScreen"), "AdministrationScreen"),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: "/account",
  component: lazyScreen(() => import("./screens/account/AccountScreen"), "AccountScreen"),
});

const settlement = createRoute({
  getParentRoute: () => signedIn,
  path: "/settlement",
  validateSearch: readSettlementAddress,
  component: lazyScreen(() => import("./screens/settlement/SettlementScreen"), "SettlementScreen"),
});

export const router = createRouter({
  routeTree: root.addChildren([signIn, signedIn.addChildren([
    first, imports, network, availability, portfolio, proof, operator, market, administration, account, settlement,
  ])]),
  basepath: BASE_PATH,
  // Another network is another screen: nothing of the one before may stand there while the next is asked for.
  defaultRemountDeps: ({ params }) => params,
  defaultErrorComponent: NoScreen,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const given = Object.entries(search as Record<string, unknown>).filter(([, value]) => value !== undefined);
    const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return text === "" ? "" : `?${text}`;
  },
});

session.subscribe(() => { void router.invalidate(); });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
