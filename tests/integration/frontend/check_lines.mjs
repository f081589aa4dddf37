// Decides on certificates by the frontend's checker: JSON lines in, one line out for each case. Run in frontend/.
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const packages = createRequire(join(process.cwd(), "package.json"));
const { createServer } = await import(pathToFileURL(packages.resolve("vite")).href);
// Nothing of a dependency is needed, so none is looked for.
const optimizeDeps = { noDiscovery: true };
const server = await createServer({ configFile: false, optimizeDeps, server: { middlewareMode: true, ws: false }, appType: "custom", logLevel: "error" });
const { checkDocuments } = await server.ssrLoadModule("/src/proofs/certificates/check.ts");

const networks = [];
for await (const line of createInterface({ input: process.stdin })) {
  const { content, network, proof } = JSON.parse(line);
  if (content !== undefined) {
    networks.push(content);
    continue;
  }
  const start = performance.now();
  let answer;
  try {
    const { holds, faults, proofs } = checkDocuments({ network: networks[network], proof });
    answer = { holds, faults: [...faults.map(({ path, message }) => `${path} ${message}`), ...proofs.flatMap((one) => one.faults)] };
  } catch (fault) {
    answer = { holds: null, faults: [fault.stack] };
  }
  process.stdout.write(`${JSON.stringify({ ...answer, milliseconds: performance.now() - start })}\n`);
}
await server.close();
