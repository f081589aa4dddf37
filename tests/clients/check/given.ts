// What the test gives each of these programs: a server, sessions of its users, and days on which nothing is booked.
interface Given {
  url: string;
  trader: string;
  buyer: string;
  operator: string;
  network: string;
  twin: string;
  revised: string;
  revisionFile: string;
  route: { receipt: string; delivery: string };
  period: { start: string; end: string };
}

export const given = JSON.parse(process.argv[2] ?? "") as Given;
