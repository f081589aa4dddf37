/**
 * Measures how smoothly the map follows, in a real Chromium: node journeys/frames.ts
 *
 * On a running demo a year of GasLib-582 is booked and opened, dragged about and stepped through day by day; then the
 * same map is dragged about with a generated network of 10,000 nodes. Before, one shipper books and another one looks on:
 * how long after the answer it is on the other's screen. One line of JSON for each figure.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import type { Page } from "playwright-core";
import { build, preview } from "vite";
import { ask, BOOK, monthAfter, tokenOf } from "./api.ts";
import { delay, openBrowser, signIn, untilChanged, visit } from "./browser.ts";

const NETWORK = "gaslib-582";
const TRADER = "trader@nordwind.test";
const FRAMES = 240;
const STEPS = 60;
const BOOKINGS = 20;
const SETTLE_MS = 3_000;
const READY_MS = 120_000;
/** Of all frames of a drag this part must be painted anew, or the map did not follow. */
const FOLLOWED_MIN = 0.8;

declare global {
  interface Window {
    /** How long each repaint took, in milliseconds. */
    repaints: number[];
    onPainted: (() => void) | undefined;
  }
}

function report(name: string, value: number, unit: string, aim?: { readonly least?: number; readonly most?: number }): void {
  process.stdout.write(`${JSON.stringify({ name, value, unit, ...aim })}\n`);
}

const quantile = (values: readonly number[], part: number): number => {
  const ordered = values.toSorted((one, other) => one - other);
  return ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * part))] ?? Number.NaN;
};

/** Note when a repaint is done: it begins with clearing the canvas, and is over when its task is. */
async function watchRepaints(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.repaints = [];
    const painter = CanvasRenderingContext2D.prototype;
    const clear = Reflect.get(painter, "clearRect");
    painter.clearRect = function (this: CanvasRenderingContext2D, ...area: [number, number, number, number]) {
      const began = performance.now();
      queueMicrotask(() => {
        window.repaints.push(performance.now() - began);
        window.onPainted?.();
      });
      Reflect.apply(clear, this, area);
    };
  });
}

/** Drag the map in circles, a move for each frame; when each frame began, in milliseconds. */
async function drag(page: Page): Promise<number[]> {
  return page.evaluate(async (count) => {
    const canvas = document.querySelector("canvas");
    if (canvas === null) throw new Error("there is no map");
    const box = canvas.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const frame = async () => new Promise<number>((resolve) => { requestAnimationFrame(resolve); });
    const move = (type: string, angle: number) => {
      const at = { clientX: x + 150 * Math.cos(angle), clientY: y + 100 * Math.sin(angle) };
      (type === "mousedown" ? canvas : window).dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, view: window, ...at }));
    };
    canvas.dispatchEvent(new WheelEvent("wheel", { bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, deltaY: -400 }));
    await frame();
    move("mousedown", 0);
    const times: number[] = [];
    for (let place = 0; place < count; place++) {
      move("mousemove", place / 20);
      times.push(await frame());
    }
    move("mouseup", count / 20);
    return times;
  }, FRAMES);
}

async function measureDrag(page: Page, name: string, least: number): Promise<void> {
  await page.evaluate(() => { window.repaints = []; });
  const times = await drag(page);
  const repaints = await page.evaluate(() => window.repaints);
  if (repaints.length < FOLLOWED_MIN * times.length) throw new Error(`${name}: ${String(repaints.length)} repaints in ${String(times.length)} frames`);
  const gaps = times.slice(1).map((time, place) => time - (times[place] ?? time));
  const passed = (times.at(-1) ?? 0) - (times[0] ?? 0);
  report(`${name}, dragged`, ((times.length - 1) * 1000) / passed, "frames/s", { least });
  report(`${name}, dragged: 95th percentile between two frames`, quantile(gaps, 0.95), "ms");
  report(`${name}, dragged: repaint, median`, quantile(repaints, 0.5), "ms");
}

/** Go on a day at a time by the keyboard; from each key to the end of its repaint, in milliseconds. */
async function step(page: Page): Promise<number[]> {
  return page.evaluate(async (count) => {
    const slider = document.querySelector('[role="slider"]');
    if (slider === null) throw new Error("there is no slider");
    const times: number[] = [];
    for (let place = 0; place < count; place++) {
      const began = performance.now();
      const painted = new Promise<void>((resolve) => { window.onPainted = resolve; });
      slider.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }));
      await painted;
      times.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    window.onPainted = undefined;
    return times;
  }, STEPS);
}

const POINTS = `query Points($code: String!) { network(code: $code) { nodes { code role } } }`;

/** Twelve entries and twelve exits, each from another month on, so that every month differs. */
async function bookAYear(): Promise<void> {
  const token = await tokenOf(TRADER);
  const { network: { nodes } } = await ask<{ network: { nodes: { code: string; role: string }[] } }>(token, POINTS, { code: NETWORK });
  const [entries, exits] = ["ENTRY", "EXIT"].map((role) => nodes.filter((node) => node.role === role).map(({ code }) => code));
  let booked = 0;
  for (let month = 1; month <= 12; month++) {
    const [start, end] = [monthAfter(month), monthAfter(month + 2)];
    for (const [side, points] of [["receipt", entries ?? []], ["delivery", exits ?? []]] as const) {
      const code = points[(7 * month) % points.length];
      const input = { network: NETWORK, start, end, quantity: 100, [side]: code, idempotencyKey: `frames ${start} ${code ?? ""}` };
      const { bookCapacity } = await ask<{ bookCapacity: { contract?: { code: string } } }>(token, BOOK, { input });
      if (bookCapacity.contract !== undefined) booked += 1;
    }
  }
  report("contracts booked for it", booked, "");
}

async function measureNetwork(page: Page): Promise<void> {
  await bookAYear();
  await watchRepaints(page);
  await signIn(page, `/networks/${NETWORK}?months=12`, TRADER);
  await page.getByRole("region", { name: "Points" }).getByText(/exits$/).waitFor({ timeout: READY_MS });
  await page.waitForLoadState("networkidle", { timeout: READY_MS });
  await page.waitForTimeout(SETTLE_MS);
  const steps = await step(page);
  report("GasLib-582, a step of the gas day, median", quantile(steps, 0.5), "ms", { most: 50 });
  report("GasLib-582, a step of the gas day, 95th percentile", quantile(steps, 0.95), "ms");
  await measureDrag(page, "GasLib-582", 50);
}

async function measureLargeMap(page: Page): Promise<void> {
  const outDir = mkdtempSync(join(tmpdir(), "linepack-large-map-"));
  const root = join(import.meta.dirname, "../src/testing/large_map");
  await build({ configFile: false, root, plugins: [react()], build: { outDir, emptyOutDir: true, target: "es2023" }, logLevel: "silent" });
  const server = await preview({ configFile: false, root, build: { outDir }, logLevel: "silent" });
  try {
    await watchRepaints(page);
    await page.goto(server.resolvedUrls?.local[0] ?? "");
    await page.locator("canvas").waitFor();
    await page.waitForTimeout(SETTLE_MS);
    await measureDrag(page, await page.title(), 30);
  } finally {
    await server.close();
    rmSync(outDir, { recursive: true });
  }
}

/** One shipper books again and again; from each answer to the other's screen, in milliseconds. */
async function measureOthers(page: Page): Promise<void> {
  const token = await tokenOf("trader@alpengas.test");
  await signIn(page, "/networks/gaslib-40?delivery=sink_2&months=12", TRADER);
  const route = page.getByRole("region", { name: "Chosen route" });
  await route.getByRole("row").first().waitFor();
  await page.waitForTimeout(SETTLE_MS);
  const times: number[] = [];
  for (let place = 0; place < BOOKINGS; place++) {
    const before = await route.innerText();
    const input = { network: "gaslib-40", delivery: "sink_2", start: monthAfter(1), end: monthAfter(2), quantity: 1_000, idempotencyKey: `others ${String(place)}` };
    times.push(await delay(ask(token, BOOK, { input }), untilChanged(page, "Chosen route", before, READY_MS)));
    await page.waitForTimeout(SETTLE_MS / 2);
  }
  report("what one shipper books, on the screen of another: median", quantile(times, 0.5), "ms");
  report("what one shipper books, on the screen of another: 95th percentile", quantile(times, 0.95), "ms", { most: 1_000 });
}

const browser = await openBrowser();
try {
  await measureOthers((await visit(browser)).page);
  await measureNetwork((await visit(browser)).page);
  await measureLargeMap((await visit(browser)).page);
} finally {
  await browser.close();
}
