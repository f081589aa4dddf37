import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { FileFaults } from "./FileFaults";
import { readAnswer } from "./upload";

describe("a file with faults", () => {
  it("shows each with its line, its element, and what stands there", () => {
    const faults = [
      { path: ["file"], place: "a.m:2 pipe 1", message: "leads to '9', which is no node" },
      { path: ["file"], place: "a.m", message: "has no compressors" },
    ];
    render(<FileFaults refused={{ state: "refused", file: "a.m", message: "2 faults", faults, lines: ["mgc.pipe = [", " 1 1 9 0.5"] }} />);
    expect(screen.getByRole("alert").textContent).toBe("2 faults in a.m. Nothing was published.");
    const [, first, second] = screen.getAllByRole("row");
    expect(first?.textContent).toBe("2pipe 1leads to '9', which is no node1 1 9 0.5");
    expect(second?.textContent).toBe("has no compressors");
  });

  it("shows the refusal itself when no place is known", () => {
    render(<FileFaults refused={{ state: "refused", file: "a.m", message: "the code is taken", faults: [], lines: [] }} />);
    expect(screen.getByRole("alert").textContent).toBe("the code is taken");
  });
});

describe("an upload", () => {
  it("is named by its id", () => {
    expect(readAnswer({ upload: "VXBs", bytes: 12 })).toEqual({ id: "VXBs" });
  });

  it("says why it was refused", () => {
    expect(readAnswer({ errors: [{ message: "at most 20,000,000 bytes" }] })).toEqual({ refusal: "at most 20,000,000 bytes" });
    expect(readAnswer(null)).toHaveProperty("refusal");
    expect(readAnswer({ errors: [7] })).toHaveProperty("refusal");
  });
});
