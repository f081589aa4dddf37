import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { lazyScreen } from "./lazyScreen";

const Portfolio = () => <p>Portfolio</p>;

it("is fetched once", async () => {
  const fetchModule = vi.fn(async () => Promise.resolve({ Portfolio }));
  const Lazy = lazyScreen(fetchModule, "Portfolio");
  await Lazy.preload();
  await Lazy.preload();
  render(<Lazy />);
  expect(screen.getByText("Portfolio")).toBeTruthy();
  expect(fetchModule).toHaveBeenCalledOnce();
});

it("says so where it could not be fetched", async () => {
  const fetchModule = vi.fn(async () => Promise.resolve({ Portfolio })).mockRejectedValueOnce(new TypeError("no network"));
  const Lazy = lazyScreen(fetchModule, "Portfolio");
  await Lazy.preload();
  render(<Lazy />);
  expect(screen.getByRole("alert").textContent).toContain("This screen could not be loaded");
  expect(screen.getByRole("button", { name: "Load the page anew" })).toBeTruthy();
});
