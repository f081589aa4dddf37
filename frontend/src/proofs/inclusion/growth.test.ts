import { describe, expect, it } from "vitest";
import { checkGrowth } from "./growth";
import vectors from "./vectors.json";

const named = (name: string) => {
  const found = vectors.cases.find((one) => one.name === name);
  if (found?.old_note == null) throw new Error(`no case ${name}`);
  return { seen: found.old_note, newest: found.note, proof: () => Promise.resolve(found.proof) };
};
const never = () => Promise.reject(new Error("not asked"));

describe("the growth of a log", () => {
  it("is proved from what was seen before", async () => {
    const { seen, newest, proof } = named("a tree that has grown");
    expect(await checkGrowth(seen, newest, vectors.key, proof)).toEqual({ kind: "grown", from: 400, size: 700 });
    expect(await checkGrowth(newest, newest, vectors.key, never)).toEqual({ kind: "grown", from: 700, size: 700 });
  });

  it("begins with the first checkpoint that was seen", async () => {
    const { newest } = named("a tree that has grown");
    expect(await checkGrowth(undefined, newest, vectors.key, never)).toEqual({ kind: "first", size: 700 });
    expect(await checkGrowth("something else", newest, vectors.key, never)).toEqual({ kind: "first", size: 700 });
  });

  it.each(["a split view: one size, two roots", "a log cut short", "an old checkpoint replayed", "growth without a proof"])("is a fork: %s", async (name) => {
    const { seen, newest, proof } = named(name);
    expect((await checkGrowth(seen, newest, vectors.key, proof)).kind).toBe("fork");
  });

  it("is not judged where no proof could be asked for", async () => {
    const { seen, newest } = named("a tree that has grown");
    expect(await checkGrowth(seen, newest, vectors.key, () => Promise.resolve(undefined))).toEqual({ kind: "unable" });
    expect(await checkGrowth(seen, newest, vectors.key, never)).toEqual({ kind: "unable" });
  });

  it("is not known from a checkpoint that the key has not signed", async () => {
    const { seen, newest, proof } = named("a tree that has grown");
    expect(await checkGrowth(seen, newest, vectors.otherKey, proof)).toEqual({ kind: "unsigned" });
  });
});
