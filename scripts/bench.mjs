import { isReached, table, writeJson } from "../bench/report.mjs";
import { build } from "./build.mjs";
import { install } from "./install.mjs";
import { Progress } from "./progress.mjs";

/** `npm run bench`, or `npm run bench -- client server` for some of it: ratios measured in one run, as table and JSON. */

/** @typedef {{ about: string, run: () => Promise<import("../bench/report.mjs").Case[]> }} Group */
/** @type {Record<string, Group>} */
const groups = {
  command: {
    about: "whole processes",
    run: async () => (await import("../bench/cases/command.mjs")).commandCases(),
  },
  client: {
    about: "the client",
    run: async () => (await import("../bench/cases/client.mjs")).clientCases(),
  },
  connect: {
    about: "finding the way",
    run: async () => (await import("../bench/cases/connect.mjs")).connectCases(),
  },
  server: {
    about: "the server",
    run: async () => (await import("../bench/cases/server.mjs")).serverCases(),
  },
  resting: {
    about: "a server at rest",
    run: async () => (await import("../bench/cases/resting.mjs")).restingCases(),
  },
  kubeflow: {
    about: "a server for many users",
    run: async () => (await import("../bench/cases/kubeflow.mjs")).kubeflowCases(),
  },
  gateway: {
    about: "a gateway with logins",
    run: async () => (await import("../bench/cases/gateway.mjs")).gatewayCases(),
  },
  tunnel: {
    about: "a tunnel into a cluster",
    run: async () => (await import("../bench/cases/tunnel.mjs")).tunnelCases(),
  },
  runner: {
    about: "runs on this machine",
    run: async () => (await import("../bench/cases/runner.mjs")).runnerCases(),
  },
  scheduler: {
    about: "tasks that do nothing",
    run: async () => (await import("../bench/cases/scheduler.mjs")).schedulerCases(),
  },
  pages: {
    about: "pages of 1,000 and of 100,000 runs",
    run: async () => (await import("../bench/cases/pages.mjs")).pageCases(),
  },
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(groups, name));
if (unknown.length > 0) {
  console.error(`No such group: ${unknown.join(", ")}. There are: ${Object.keys(groups).join(", ")}`);
  process.exit(2);
}
const chosen = Object.entries(groups).filter(([name]) => wanted.length === 0 || wanted.includes(name));
const progress = new Progress(chosen.length + 2);
await progress.step("installing", install, String);
await progress.step("building", build, String);
/** @type {import("../bench/report.mjs").Case[]} */
const cases = [];
for (const [, { about, run }] of chosen) {
  cases.push(...(await progress.step(about, run, (figures) => `${figures.length} figures`)));
}

const file = new URL("../bench/results/latest.json", import.meta.url);
await writeJson(cases, file);
const missed = cases.filter((one) => isReached(one) === false);
console.log(`\n${table(cases)}\n`);
console.log(`As JSON: bench/results/latest.json`);
console.log(
  missed.length === 0
    ? "Every figure with a bound that could be measured is reached."
    : `Not reached: ${missed.map(({ name }) => name).join("; ")}`,
);
process.exitCode = 0;
