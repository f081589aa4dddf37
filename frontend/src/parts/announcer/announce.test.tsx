import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { VerdictBlock } from "../verdict/VerdictBlock";
import { announcement, QUIET_MS } from "./announce";
import { Announcer } from "./Announcer";
import { Spoken } from "./Spoken";

beforeEach(() => {
  vi.useFakeTimers();
  announcement.set("");
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
const pass = (ms: number) => { act(() => { vi.advanceTimersByTime(ms); }); };
const said = () => screen.getByRole("status").textContent;

it("says what stands a moment, in a region that was there before", () => {
  const screenWith = (text: string) => <><Announcer /><Spoken>{text}</Spoken></>;
  const { rerender } = render(screenWith("Checking"));
  const region = screen.getByRole("status");
  rerender(screenWith("Possible"));
  pass(QUIET_MS - 1);
  expect(said()).toBe("");
  pass(1);
  expect(said()).toBe("Possible");
  expect(screen.getByRole("status")).toBe(region);
});

it("says nothing of what is gone before", () => {
  const { rerender } = render(<><Announcer /><Spoken key="one">Checking</Spoken></>);
  rerender(<><Announcer /><Spoken key="other">Refused</Spoken></>);
  pass(QUIET_MS);
  expect(said()).toBe("Refused");
});

it("says a verdict with its figure and its sentence, once, and leaves an alert to itself", () => {
  const verdict = <VerdictBlock tone="yes" tag="Possible" figure="€12.50">1,000 <b>kWh/h</b></VerdictBlock>;
  const { rerender } = render(<><Announcer />{verdict}</>);
  pass(QUIET_MS);
  expect(said()).toBe("Possible €12.50 1,000 kWh/h");
  announcement.set("Booked");
  rerender(<><Announcer />{verdict}<div role="alert"><VerdictBlock tone="no" tag="Refused">no</VerdictBlock></div></>);
  pass(QUIET_MS);
  expect(said()).toBe("Booked");
});
