import { probe } from "../../discovery/probe.ts";
import { isKfpError, KfpError } from "../../errors/kfp-error.ts";
import { askedOf } from "../asked-of.ts";
import { saysWho } from "../check-options.ts";
import type { AskedAddress } from "../connect-step.ts";
import type { AnnouncedServer } from "../ports.ts";
import type { Finding, Search, Step, Target } from "../target.ts";

/** How long a server of this machine may take to answer, in milliseconds. */
const PROBE_MS = 2_000;

/** A server that runs on this machine and has said so: one of `kfp-ts serve`. */
export const announced: Step = {
  source: "announced",
  async look(search: Search): Promise<Finding> {
    const servers = (await search.ports.announced?.().catch(unreadable)) ?? [];
    if ("fact" in servers) return servers;
    if (servers.length === 0) return { outcome: "absent", fact: "No server was announced on this machine." };
    const [only, ...more] = servers;
    if (only !== undefined && more.length === 0) return { outcome: "found", target: targetOf(only, []) };
    return oneThatAnswers(search, servers);
  },
};

/** A folder to which others can write is not believed. */
function unreadable(error: unknown): { readonly outcome: "failed"; readonly fact: string } {
  if (!isKfpError(error)) throw error;
  return { outcome: "failed", fact: `${error.message} ${error.fix}` };
}

async function oneThatAnswers(
  { ports, options, transport, signal }: Search,
  servers: readonly AnnouncedServer[],
): Promise<Finding> {
  const asked: AskedAddress[] = [];
  const answers = await Promise.all(
    servers.map(async (server) => {
      const began = ports.clock.now();
      const options = { transport, headers: { accept: "application/json" }, timeoutMs: PROBE_MS };
      const probed = await probe(server.endpoint, options, signal);
      signal.throwIfAborted();
      asked.push(askedOf(server.endpoint, probed, ports.clock.now() - began));
      return probed.found !== "nothing";
    }),
  );
  const alive = servers.filter((_server, index) => answers[index]);
  if (alive.length === 0)
    return { outcome: "failed", fact: `Servers were announced, and none answers: ${listOf(servers)}.`, asked };
  // Of several it is the only one that asks who is asking where that was said, and the only one that does not where it was not.
  const hasCredentials = options.credentials !== undefined || saysWho(options.headers);
  const fitting = alive.filter(({ multiUser }) => multiUser === hasCredentials);
  const [only, ...more] = fitting.length === 1 ? fitting : alive;
  if (only === undefined || more.length > 0) throw ambiguous(alive);
  const others = alive.filter((server) => server !== only);
  const silent = servers.filter((server) => !alive.includes(server));
  const because = hasCredentials
    ? "for a single user, and credentials were passed"
    : "for many users, and no credentials were passed";
  const notes = [
    ...(others.length === 0 ? [] : [`Announced, too, and passed over (${because}): ${listOf(others)}.`]),
    ...(silent.length === 0 ? [] : [`Announced, too, and without an answer: ${listOf(silent)}.`]),
  ];
  return { outcome: "found", asked, target: targetOf(only, notes) };
}

function listOf(servers: readonly AnnouncedServer[]): string {
  return servers.map(({ endpoint }) => endpoint).join(", ");
}

function targetOf({ endpoint, processId, gateway }: AnnouncedServer, notes: readonly string[]): Target {
  const what = `the server that was announced on this machine (process ${processId})`;
  const target = { host: endpoint, what, said: false, notes };
  if (gateway === undefined) return target;
  const why = `${endpoint} does not know who is asking, so the way is through its gateway.`;
  const through = { ...target, host: gateway, what: `the gateway of ${what}`, notes: [...notes, why] };
  return { ...target, otherwise: async () => through };
}

function ambiguous(servers: readonly AnnouncedServer[]): KfpError {
  const list = servers.map(
    ({ endpoint, processId, multiUser }) =>
      `  connect({ host: ${JSON.stringify(endpoint)} })  (process ${processId}${multiUser ? ", for many users" : ""})`,
  );
  return new KfpError("AMBIGUOUS_ENDPOINT", {
    message: `${servers.length} servers run on this machine, and nothing says which is meant.`,
    fix: `Say which:\n${list.join("\n")}`,
  });
}
