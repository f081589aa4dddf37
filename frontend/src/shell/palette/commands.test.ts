// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { GasDay } from "../../format/days";
import type { Address } from "../../screens/network/address";
import { VIEWS } from "../../screens/network/address";
import type { ListedNetwork } from "../queries";
import { SCREENS } from "../ScreenTabs";
import { commandsOf, matching } from "./commands";
import { readSentence } from "./sentences/sentence";
import { sentenceCommand } from "./sentences/sentenceCommands";

const network: ListedNetwork = {
  id: "n", code: "gaslib-40", name: "", unit: "KWH_PER_H", clock: { zone: "Europe/Berlin", startHour: 6 }, operator: { id: "o" },
  nodes: [
    { id: "1", code: "source_1", name: "", role: "ENTRY" },
    { id: "2", code: "sink_1", name: "", role: "EXIT" },
    { id: "3", code: "sink_12", name: "", role: "EXIT" },
    { id: "4", code: "store", name: "", role: "STORAGE" },
  ],
};
const sink = { id: "2", code: "sink_1", name: "" };
const contracts = [{ id: "c", code: "LP-2026-VCW5-X960-4RQY", routes: [{ quantity: 5 as never, route: { kind: "EXIT" as const, receipt: null, delivery: sink } }] }];
const commands = commandsOf({ networks: [network], network, contracts, parties: [{ id: "p", code: "ALPENGAS", name: "Alpengas", kind: "SHIPPER" }], isOperator: false }, "dark");
const first = (text: string) => matching(commands, text)[0];

describe("commands", () => {
  it("reach every screen and every view of the map", () => {
    for (const { to, text } of SCREENS) expect(first(`go to ${text}`)?.act).toEqual({ kind: "screen", network: "gaslib-40", to });
    for (const show of VIEWS) expect(commands.some(({ act }) => act.kind === "go" && act.search.show === show)).toBe(true);
  });

  it.each([
    ["sink 12", { kind: "go", network: "gaslib-40", search: { delivery: "sink_12" } }],
    ["sink_12", { kind: "go", network: "gaslib-40", search: { delivery: "sink_12" } }],
    ["store entry", { kind: "go", network: "gaslib-40", search: { receipt: "store" } }],
    ["4rqy", { kind: "portfolio", network: "gaslib-40", search: { contract: "LP-2026-VCW5-X960-4RQY" } }],
    ["alpengas", { kind: "copy", text: "ALPENGAS" }],
    ["print", { kind: "print" }],
    ["matrix", { kind: "matrix", network: "gaslib-40" }],
  ])("%s", (text, act) => {
    expect(first(text)?.act).toEqual(act);
  });

  it("puts points before contracts at them", () => {
    expect(matching(commands, "sink 1").map(({ kind }) => kind)).toEqual(["exit", "exit", "contract"]);
  });
});

describe("sentences lead to addresses", () => {
  const grounds = { network, today: "2026-12-01" as GasDay, contracts: contracts.map(({ code }) => code) };
  const leads = (text: string, shown: Address = {}) => readSentence(text, grounds).sentences.map((sentence) => sentenceCommand(sentence, grounds, shown));

  it("to a request with its days in sight", () => {
    const [command] = leads("book 1000 sink_1 october");
    expect(command?.name).toMatch(/^Ask for 1,000 kWh\/h firm: hub › sink 1, .*Oct/);
    expect(command?.act).toEqual({
      kind: "go", network: "gaslib-40",
      search: { delivery: "sink_1", quantity: 1000, start: "2027-10-01", end: "2027-11-01", day: "2027-10-01", from: "2027-10-01", months: "1" },
    });
  });

  it("on the usual axis where that has the days, and on a year where they need one", () => {
    expect(leads("free sink_1 jan")[0]?.act).toMatchObject({ search: { show: "free", day: "2027-01-01", delivery: "sink_1" } });
    expect(leads("free sink_1 jan")[0]?.act).not.toHaveProperty("search.from");
    expect(leads("free sink_1 2027")[0]?.act).toMatchObject({ search: { from: "2027-01-01", months: "12" } });
  });

  it("to a gas day, moving the axis only if it must", () => {
    expect(leads("go to 2027-01-15")[0]?.act).toEqual({ kind: "go", network: "gaslib-40", search: { day: "2027-01-15", from: undefined }, isKept: true });
    expect(leads("go to 2027-10-15")[0]?.act).toMatchObject({ search: { day: "2027-10-15", from: "2027-10-01" } });
    expect(leads("go to 2027-10-15", { from: "2027-09-01" as GasDay, months: "4" })[0]?.act).toMatchObject({ search: { from: "2027-09-01" } });
  });

  it("to an offer of a contract, with the contract filled in", () => {
    expect(leads("release 4rqy")[0]?.act).toEqual({ kind: "offer", href: "/networks/gaslib-40/market?offer=LP-2026-VCW5-X960-4RQY&as=release" });
    expect(leads("list 4rqy")[0]?.act).toMatchObject({ href: "/networks/gaslib-40/market?offer=LP-2026-VCW5-X960-4RQY&as=listing" });
  });
});
