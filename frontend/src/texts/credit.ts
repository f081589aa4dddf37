/** Texts of credit in the portfolio, in English: they load with it. */
import { list } from "./counted";

export const creditTexts = {
  view: "What is shown",
  views: { credit: "Credit", rights: "Rights" },
  title: "Credit",
  limit: "Limit",
  noLimit: "No limit holds for you on this network",
  noLimitWhy: "Nothing is checked: you may owe as much as you book.",
  suspended: (reason: string) => `You may take on no new duty, but sell and pay: ${reason}`,
  picture: (code: string) => `How the limit ${code} is used: what is allowed, each lock, and what is left. The table has the same figures.`,
  allowed: "allowed",
  left: "left",
  others: (count: number) => list(count, "other", "others"),
  table: (code: string) => `What is locked of ${code}`,
  columns: ["Contract, bid or order", "Gas days", "owed, term by term", "× factor", "= locked"],
  causes: { BID: "bid on a release", CLEARING_BID: "bid in a clearing", CONTRACT: "contract", ORDER: "order on a call" },
  terms: { CHARGE: "charge", PAID: "paid", PASSED_ON: "passed on", TRADE_PRICE: "price of the trade" },
  used: "− locked",
  remaining: "= left",
  from: (framework: string) => `factors by ${framework}`,
};
