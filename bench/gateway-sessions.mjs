// What the sessions of a gateway hold in memory, in a process of their own. Prints the megabytes.
// usage: node --expose-gc gateway-sessions.mjs FOLDER HOW-MANY
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GatewaySessions } from "../packages/cli/dist/kubeflow.js";

const [, , folder, howMany] = process.argv;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const sessions = await GatewaySessions.open({ path: join(folder, "sessions"), clock: { now: Date.now }, log });
const begin = (index) =>
  sessions.begin({
    user: `user-${index % 1000}@example.com`,
    subject: randomBytes(20).toString("base64url"),
    groups: ["team-a", "team-b"],
    // As long as that of the identity provider.
    idToken: randomBytes(700).toString("base64url"),
    createdAt: Date.now(),
    expiresAt: Date.now() + 86_400_000,
  });
const megabytes = () => {
  globalThis.gc();
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
};
// What the garbage of making them takes once is not theirs.
const others = [];
for (let index = 0; index < 3000; index++) others.push(await begin(index));
for (const id of others) await sessions.end(id);
const before = megabytes();
for (let index = 0; index < Number(howMany); index++) await begin(index);
if (sessions.size !== Number(howMany)) throw new Error(`${sessions.size} sessions`);
console.log(megabytes() - before);
await sessions.close();
