import { describe, expect, it } from "vitest";
import { whole } from "../../../format/amounts";
import type { GasDay } from "../../../format/days";
import type { ListedNetwork } from "../../queries";
import type { ListedPoint } from "./points";
import type { Grounds, Sentence } from "./sentence";
import { readSentence } from "./sentence";

const point = (code: string, role: ListedPoint["role"], name = ""): ListedPoint => ({ id: code, code, name, role });
const network: ListedNetwork = {
  id: "n", code: "gaslib-40", name: "", unit: "KWH_PER_H", clock: { zone: "Europe/Berlin", startHour: 6 }, operator: { id: "o" },
  nodes: [
    point("source_1", "ENTRY"), point("source_2", "ENTRY"), point("sink_1", "EXIT"), point("sink_11", "EXIT"), point("sink_2", "EXIT"),
    point("innode_1", "JUNCTION"), point("store", "STORAGE", "Big Store"), point("border", "INTERCONNECTION"),
  ],
};
const grounds: Grounds = { network, today: "2026-12-01" as GasDay, contracts: ["LP-2026-VCW5-X960-4RQY", "LP-2027-88T1-9XWR-NRNQ"] };

/** A sentence in short: its kind, receipt > delivery, quantity, days. */
function inShort(sentence: Sentence): string {
  switch (sentence.kind) {
    case "book":
    case "free": {
      const { receipt, delivery } = sentence.route;
      const days = sentence.days === undefined ? "" : ` ${sentence.days.start}/${sentence.days.end}`;
      const amount = sentence.kind === "free" ? "" : ` ${sentence.quantity === undefined ? "?" : whole(sentence.quantity).replaceAll(",", "")}${sentence.isInterruptible ? "i" : ""}`;
      return `${sentence.kind} ${receipt?.code ?? ""}>${delivery?.code ?? ""}${amount}${days}`;
    }
    case "day":
      return `day ${sentence.day}`;
    case "need":
      return `need ${whole(sentence.quantity).replaceAll(",", "")}`;
    case "contract":
      return `contract ${sentence.code}`;
    case "offer":
      return `${sentence.offer} ${sentence.code}`;
  }
}

const read = (text: string): string[] => readSentence(text, grounds).sentences.map(inShort);

it("of a word that every object of the language has is none", () => {
  for (const text of ["constructor", "constructor sink_1", "book constructor", "free sink_1 constructor"]) expect(readSentence(text, grounds).sentences).toEqual([]);
});

it("a word that every object of the language has is no verb, no season and no way", () => {
  for (const text of ["constructor", "constructor sink_1", "book constructor", "free sink_1 constructor"]) {
    expect(readSentence(text, grounds).sentences).toEqual([]);
  }
});

describe("sentences", () => {
  it.each([
    ["book 1000 sink_1 october", "book >sink_1 1000 2027-10-01/2027-11-01"],
    ["Book 1,000 at Sink 1 in October", "book >sink_1 1000 2027-10-01/2027-11-01"],
    ["book sink 1 1 october 1000", "book >sink_1 1000 2027-10-01/2027-10-02"],
    ["book 2027 sink_11 2028", "book >sink_11 2027 2028-01-01/2029-01-01"],
    ["book sink_1 2028 6m", "book >sink_1 6000000 2028-01-01/2029-01-01"],
    ["book 1.2 GWh/h source_1 q1 interruptible", "book source_1> 1200000i 2027-01-01/2027-04-01"],
    ["book 250k from source_1 to sink 2 dec–mar firm", "book source_1>sink_2 250000 2026-12-01/2027-04-01"],
    ["book 1000 from store to border", "book store>border 1000"],
    ["request 5 from border tomorrow", "book border> 5 2026-12-02/2026-12-03"],
    ["book big store 10 2027-05-01 to 2027-05-10", "book >store 10 2027-05-01/2027-05-11"],
    ["book sink_1", "book >sink_1 ?"],
    ["exit sink 2 dec–mar 6m firm", "book >sink_2 6000000 2026-12-01/2027-04-01"],
    ["free sink_1 2027", "free >sink_1 2027-01-01/2028-01-01"],
    ["free 2027 sink_1", "free >sink_1 2027-01-01/2028-01-01"],
    ["what is free at sink1 from source 2 winter", "free source_2>sink_1 2027-10-01/2028-04-01"],
    ["sink 1 october", "free >sink_1 2027-10-01/2027-11-01"],
    ["go to 2027-10-01", "day 2027-10-01"],
    ["go to october", "day 2027-10-01"],
    ["2027-10-01", "day 2027-10-01"],
    ["tomorrow", "day 2026-12-02"],
    ["need 1,400,000", "need 1400000"],
    ["need 1.4 GWh/h", "need 1400000"],
    ["portfolio 4rqy", "contract LP-2026-VCW5-X960-4RQY"],
    ["release LP-2027-88T1-9XWR-NRNQ", "release LP-2027-88T1-9XWR-NRNQ"],
    ["list 4RQY", "listing LP-2026-VCW5-X960-4RQY"],
  ])("%s", (text, expected) => {
    expect(read(text)).toEqual([expected]);
  });

  it("gives each meaning where a word begins several names", () => {
    expect(read("book 10 source")).toEqual(["book source_1> 10", "book source_2> 10"]);
    expect(read("call lp-202")).toHaveLength(2);
  });

  it.each(["", "sink 1", "source", "may", "2027", "innode_1 2027", "theme", "1000"])("leaves %j to the list of commands", (text) => {
    expect(readSentence(text, grounds)).toEqual({ sentences: [] });
  });

  it.each([
    ["book", { kind: "incomplete", verb: "book" }],
    ["free 2027", { kind: "incomplete", verb: "free" }],
    ["book 1000 sink_9 october", { kind: "unknown", word: "sink_9" }],
    ["book 1000 sink_1 octobre", { kind: "unknown", word: "octobre" }],
    ["free innode_1", { kind: "unknown", word: "innode_1" }],
    ["free sink_1 sink_2", { kind: "no path" }],
    ["free sink_1 to source_1", { kind: "no path" }],
    ["go to nowhere", { kind: "incomplete", verb: "day" }],
    ["release zzzz", { kind: "unknown", word: "zzzz" }],
    ["need much", { kind: "incomplete", verb: "need" }],
  ])("says what is wrong with %j", (text, problem) => {
    expect(readSentence(text, grounds)).toEqual({ sentences: [], problem });
  });

  it("reads the parts of a request in any order", () => {
    const parts = ["sink_1", "1000", "october", "from source_1", "interruptible"];
    const orders = permutations(parts);
    expect(orders).toHaveLength(120);
    for (const order of orders) expect(read(`book ${order.join(" ")}`), order.join(" ")).toEqual(["book source_1>sink_1 1000i 2027-10-01/2027-11-01"]);
  });

  it("reads every point by its code and by its name", () => {
    for (const { code, role } of network.nodes.filter(({ role }) => role !== "JUNCTION")) {
      const expected = role === "ENTRY" ? `book ${code}> 7 2027-10-01/2027-11-01` : `book >${code} 7 2027-10-01/2027-11-01`;
      for (const said of [code, code.replace("_", " "), code.toUpperCase()]) expect(read(`book 7 ${said} oct`), said).toEqual([expected]);
    }
  });

  it("answers to whatever is typed, and never with an end before its start", () => {
    const words = ["book", "free", "go", "to", "sink", "1", "11", "source_1", "2027", "oct", "–", "6m", "1.2", "gwh/h", "from", "need", "lp", "?", "'", "q4", "sink_"];
    let seed = 7;
    const next = (count: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % count;
    };
    for (let turn = 0; turn < 5000; turn++) {
      const text = Array.from({ length: next(8) }, () => words[next(words.length)]).join(" ");
      const { sentences, problem } = readSentence(text, grounds);
      expect(problem === undefined || sentences.length === 0, text).toBe(true);
      for (const sentence of sentences) {
        if (sentence.kind === "book" || sentence.kind === "free") {
          expect(sentence.route.receipt ?? sentence.route.delivery, text).toBeDefined();
          expect(sentence.days === undefined || sentence.days.start < sentence.days.end, text).toBe(true);
        }
      }
    }
  });
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, place) => permutations(items.toSpliced(place, 1)).map((rest) => [item, ...rest]));
}
