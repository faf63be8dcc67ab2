import { openStore } from "../../../src/store/open.ts";
import { run } from "../records.ts";

/** Writes runs, a thousand at once, and says the id of each when it is acknowledged. It never ends by itself. */
const [, , path = ""] = process.argv;
const store = await openStore({ database: { kind: "sqlite", path } });

async function write(): Promise<never> {
  for (;;) {
    const one = run({ experimentId: "e" });
    await store.runs.insert(one, one.pipelineSpec);
    process.stdout.write(`${one.runId}\n`);
  }
}

await Promise.all(Array.from({ length: 1000 }, write));
