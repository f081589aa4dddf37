/** A real Chromium: the system's if CHROMIUM names one, else the one that npm brings, which needs no library of the system. */
import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";
import packages from "../package.json" with { type: "json" };

/** The address of a running demo. */
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

/** A page with what its console complained about. */
export interface Visit {
  readonly page: Page;
  readonly complaints: string[];
}

export async function visit(browser: Browser, { theme, width, height }: Look = DESKTOP): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: PLATFORM,
    colorScheme: theme,
    locale: "en-GB",
    viewport: { width, height },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (fault) => complaints.push(String(fault)));
  return { page, complaints };
}

/** Sign in where one is asked to; what comes then is not waited for. */
export async function enter(page: Page, address: string, email: string, password = PASSWORD): Promise<void> {
  await page.goto(address);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Sign in, and go on to the address of a network that was wanted. */
export async function signIn(page: Page, address: string, email = "trader@nordwind.test"): Promise<void> {
  await enter(page, address, email);
  await page.getByRole("navigation", { name: "Screens" }).first().waitFor();
}

/** What keeps somebody out, as axe finds it on the page as it is shown now. */
export async function barriers(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    // What it passed is not described: that, and a page of its own to do so, cost several times the search itself.
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  });
}

/** The same in the dark and in the light theme, without loading the page for each. */
export async function barriersInBothThemes(page: Page): Promise<string[]> {
  const shown = await page.evaluate(() => document.documentElement.dataset.theme);
  const found: string[] = [];
  for (const theme of ["dark", "light"]) {
    await showTheme(page, theme);
    found.push(...(await barriers(page)).map((barrier) => `${theme}: ${barrier}`));
  }
  await showTheme(page, shown);
  return found;
}

const showTheme = (page: Page, theme: string | undefined) => page.evaluate((name) => { document.documentElement.dataset.theme = name; }, theme);
