import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { processRatio, timeProcesses } from "../processes.mjs";
import { findKfp } from "../python.mjs";
import { startKfpServer } from "../servers.mjs";

const rounds = 15;
const command = fileURLToPath(new URL("../../packages/cli/dist/kfp-ts.js", import.meta.url));
const sdk = new URL("../../packages/sdk/dist/index.js", import.meta.url).href;
const floor = { command: process.execPath, args: ["-e", "0"] };

/** What a person waits for: whole processes. */
export async function commandCases() {
  const server = await startKfpServer();
  try {
    for (let index = 0; index < 5; index++) {
      await fetch(`${server.url}/apis/v2beta1/experiments`, {
        method: "POST",
        body: JSON.stringify({ display_name: `bench-${randomUUID()}` }),
      });
    }
    const env = { ...process.env, KF_PIPELINES_ENDPOINT: server.url };
    const kfp = await findKfp();
    const times = await timeProcesses(
      {
        floor,
        list: { command: process.execPath, args: [command, "experiments", "list"], env },
        import: { command: process.execPath, args: ["--input-type=module", "-e", `import ${JSON.stringify(sdk)}`] },
      },
      { rounds },
    );
    const cases = [
      { name: "kfp-ts experiments list / node -e 0", atMost: 2.0, ...processRatio(times, "list", "floor") },
      { name: "importing the SDK / node -e 0", atMost: 1.4, ...processRatio(times, "import", "floor") },
    ];
    if (kfp === undefined) {
      cases.push({
        name: "kfp-ts experiments list / kfp experiment list",
        atMost: 0.25,
        skipped: "Python's kfp is not installed; set KFP_TS_PYTHON",
      });
    } else {
      const both = await timeProcesses(
        {
          ours: { command: process.execPath, args: [command, "experiments", "list"], env },
          python: { command: kfp, args: ["--endpoint", server.url, "experiment", "list"], env },
        },
        { rounds: 5 },
      );
      cases.push({
        name: "kfp-ts experiments list / kfp experiment list",
        atMost: 0.25,
        ...processRatio(both, "ours", "python"),
      });
    }
    return cases;
  } finally {
    await server.stop();
  }
}
