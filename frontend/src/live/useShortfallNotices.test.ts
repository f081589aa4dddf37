import { describe, expect, it } from "vitest";
import { latest } from "./useShortfallNotices";

const notice = (holder: string, cursor: string, isRestored = false) => ({
  shortfallNotices: {
    __typename: "ShortfallNotice" as const,
    cursor,
    recordedAt: "2027-01-01T05:00:00Z",
    isRestored,
    holder: { id: holder, code: holder, name: holder },
    lines: [],
  },
});

const cursors = (...news: Parameters<typeof latest>[1][]) =>
  news.reduce<ReturnType<typeof latest> | undefined>((before, one) => latest(before, one), undefined)?.map(({ cursor }) => cursor);

describe("notices in force", () => {
  it("are the last of each holder", () => {
    expect(cursors(notice("anna", "1"), notice("bert", "2"), notice("anna", "3"))).toEqual(["3", "2"]);
  });

  it("end when what was short is restored", () => {
    expect(cursors(notice("anna", "1"), notice("bert", "2"), notice("anna", "3", true))).toEqual(["2"]);
  });

  it("stay when a subscription has to begin anew", () => {
    expect(cursors(notice("anna", "1"), { shortfallNotices: { __typename: "ResyncRequired", cursor: "9" } })).toEqual(["1"]);
  });
});
