/** A real Chromium: the system's if CHROMIUM names one, else the one that npm brings, which needs no library of the system. */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";
import packages from "../package.json" with { type: "json" };

/** The address of a running demo; a proxy may show it below a path. */
export const PLATFORM = process.env.LINEPACK_URL ?? "http://127.0.0.1:8000";
export const PASSWORD = "open-capacity-2027";

// Its own sandbox needs rights that containers do not give; the others let it draw without a graphics card.
const ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--enable-unsafe-swiftshader"];

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? (await packagedChromium()), args: ARGUMENTS });
}

async function packagedChromium(): Promise<string> {
  // Each version has a folder of its own, because it takes whatever older one lies there.
  const folder = join(tmpdir(), `linepack-chromium-${packages.devDependencies["@sparticuz/chromium"]}`);
  mkdirSync(folder, { recursive: true });
  process.env.TMPDIR = folder;
  // It unpacks its libraries only where it believes to be on that platform, and looks for its fonts in /tmp alone.
  process.env.AWS_EXECUTION_ENV ??= "AWS_Lambda_nodejs22.x";
  const fonts = join(folder, "fonts.conf");
  writeFileSync(fonts, `<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`);
  process.env.FONTCONFIG_FILE = fonts;
  const { default: packaged } = await import("@sparticuz/chromium");
  return packaged.executablePath();
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}

export interface Look {
  readonly theme: "dark" | "light";
  readonly width: number;
  readonly height: number;
}

export const DESKTOP: Look = { theme: "dark", width: 1440, height: 900 };
export const PHONE: Look = { theme: "light", width: 390, height: 844 };

export interface Visit {
  readonly page: Page;
  /** What the console complained about, of the page and of those opened from it. */
  readonly complaints: string[];
  /** What it may complain about, because the journey brings it about. */
  readonly expected: RegExp[];
}

export async function visit(browser: Browser, { theme, width, height }: Look = DESKTOP): Promise<Visit> {
  const context = await browser.newContext({
    colorScheme: theme,
    locale: "en-GB",
    viewport: { width, height },
    reducedMotion: "reduce",
  });
  const complaints: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  context.on("weberror", (fault) => complaints.push(String(fault.error())));
  return { page: await context.newPage(), complaints, expected: [] };
}

/** Go to an address of the platform, such as "/account", or to one that is complete. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address.startsWith("/") ? `${PLATFORM}${address}` : address);
}

/** Sign in where one is asked to; what comes then is not waited for. */
export async function enter(page: Page, address: string, email: string, password = PASSWORD): Promise<void> {
  await open(page, address);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Sign in, and go on to the address of a network that was wanted. */
export async function signIn(page: Page, address: string, email = "trader@nordwind.test"): Promise<void> {
  await enter(page, address, email);
  await page.getByRole("navigation", { name: "Screens" }).first().waitFor();
}

/** What keeps somebody out, as axe finds it on the page as it is shown now; contrast in the other theme, too, without loading the page for it. */
export async function barriers(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { dataset } = document.documentElement;
    const found: string[] = [];
    const look = async (rules: axe.RunOptions) => {
      // What it passed is not described: that, and a page of its own to do so, cost several times the search itself.
      const { violations } = await window.axe.run(document, { ...rules, resultTypes: ["violations"] });
      for (const { id, nodes } of violations) found.push(`${dataset.theme ?? ""} ${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
    };
    await look({});
    const shown = dataset.theme;
    if (shown === undefined) return found;
    dataset.theme = shown === "dark" ? "light" : "dark";
    // Colours are all that a theme changes.
    await look({ runOnly: { type: "rule", values: ["color-contrast"] } });
    dataset.theme = shown;
    return found;
  });
}

/** Milliseconds from the answer of a command on one page to what shows on another; 0 where that came first. */
export async function delay(answered: Promise<unknown>, seen: Promise<unknown>): Promise<number> {
  const timeOf = async (event: Promise<unknown>) => event.then(() => performance.now());
  const [from, to] = await Promise.all([timeOf(answered), timeOf(seen)]);
  return Math.max(0, Math.round(to - from));
}

/** Wait until the text of a region is another one. */
export async function untilChanged(page: Page, region: string, before: string, timeout: number): Promise<void> {
  await page.waitForFunction(
    ([name, text]) => document.querySelector<HTMLElement>(`[aria-label="${name}"]`)?.innerText !== text, [region, before] as const, { timeout },
  );
}
