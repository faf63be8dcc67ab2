import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { command, type Network, runIn } from "./network.ts";

const script = fileURLToPath(new URL("calls.mjs", import.meta.url));
const silentNames: Network = {};

/** Networks, an endpoint in each, and the code that names what is wrong. */
const scenes: ReadonlyArray<readonly [string, Network, endpoint: string, code: string]> = [
  ["a name server that is silent", silentNames, "http://kubeflow.example.com", "NAME_LOOKUP_FAILED"],
  [
    "a name server that is out of reach",
    { setup: "ip link del here" },
    "http://kubeflow.example.com",
    "NAME_LOOKUP_FAILED",
  ],
  ["packets that are dropped", {}, "http://10.9.0.9", "CONNECT_TIMEOUT"],
  ["packets of IPv6 that are dropped", {}, "http://[fd09::9]", "CONNECT_TIMEOUT"],
  ["no network at all", { setup: "ip link set lo down; ip link del here" }, "http://10.66.0.1", "HOST_UNREACHABLE"],
  ["no route", {}, "http://10.66.0.1", "HOST_UNREACHABLE"],
  [
    "a route that leads nowhere",
    { setup: "ip route add blackhole 10.3.0.0/24" },
    "http://10.3.0.1",
    "HOST_UNREACHABLE",
  ],
  ["a route to nobody", { setup: "ip route add unreachable 10.4.0.0/24" }, "http://10.4.0.1", "HOST_UNREACHABLE"],
  ["a route that is forbidden", { setup: "ip route add prohibit 10.5.0.0/24" }, "http://10.5.0.1", "HOST_UNREACHABLE"],
  [
    "a policy that drops what is for the API",
    { hosts: "10.9.0.9 ml-pipeline.kubeflow" },
    "http://ml-pipeline.kubeflow:8888",
    "CONNECT_TIMEOUT",
  ],
];

describe.each(scenes)("with %s", (_name, network, endpoint, code) => {
  test("a call of a program fails with the code that names it, and the program can end", async () => {
    const ended = await runIn(network, [
      script,
      "call",
      JSON.stringify({ host: endpoint, maxRetries: 0, connectTimeoutMs: 1_000 }),
    ]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ code });
    expect(ended.code).toBe(0);
  });

  test("connect() and diagnose() name it in their time, and the program can end", async () => {
    const options = JSON.stringify({ host: endpoint, withinMs: 4_000 });
    for (const way of ["connect", "diagnose"]) {
      const ended = await runIn(network, [script, way, options]);
      expect([ended.code, JSON.parse(ended.stdout).code], ended.stdout).toEqual([0, code]);
      expect(JSON.parse(ended.stdout).answeredMs).toBeLessThan(8_000);
    }
  });

  test("kfp-ts doctor ends within its fifteen seconds with exit code 3 and a verdict", async () => {
    const ended = await runIn(network, [command, "doctor", "--json", "--endpoint", endpoint]);
    expect(ended.code, ended.stderr).toBe(3);
    expect(JSON.parse(ended.stdout).verdict).toMatchObject({ ok: false, code });
    // Starting Node, too, takes a while on a busy machine.
    expect(ended.durationMs).toBeLessThan(20_000);
  });

  test("kfp-ts health ends with exit code 3 and says what is wrong", async () => {
    const ended = await runIn(network, [command, "health", "--endpoint", endpoint, "--timeout", "2s"]);
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.durationMs).toBeLessThan(15_000);
  });
});

const healthy = fileURLToPath(new URL("healthy.mjs", import.meta.url));
/** Only IPv6, and a server that listens there. */
const onlyIpv6 = `ip addr del 127.0.0.1/8 dev lo; ip addr flush dev here scope global; ip -6 addr add fd09::1/64 dev here nodad`;
const serving = `${process.execPath} ${healthy} ::1 3000 >/dev/null 2>&1 & sleep 0.5`;

/** Networks in which only one way leads to the server. */
const reachable: ReadonlyArray<readonly [string, Network, endpoint: string]> = [
  ["IPv6 only, by its address", { setup: `${onlyIpv6}; ${serving}` }, "http://[::1]:3000"],
  [
    "IPv6 only, by a name",
    { hosts: "::1 kubeflow.test", setup: `${onlyIpv6}; ${serving}` },
    "http://kubeflow.test:3000",
  ],
  [
    "an IPv4 address that drops",
    { hosts: "10.9.0.9 kubeflow.test\n::1 kubeflow.test", setup: serving },
    "http://kubeflow.test:3000",
  ],
];

describe.each(reachable)("with %s", (_name, network, endpoint) => {
  test("a call of a program, connect() and kfp-ts health reach the server", async () => {
    for (const way of ["call", "connect"]) {
      const ended = await runIn(network, [script, way, JSON.stringify({ host: endpoint })]);
      expect([ended.code, JSON.parse(ended.stdout).code], ended.stdout).toEqual([0, undefined]);
    }
    const ended = await runIn(network, [command, "health", "--endpoint", endpoint]);
    expect(ended.code, ended.stderr).toBe(0);
  });
});

describe("Ctrl-C", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("%s is answered at once while a name server is silent", async (signal) => {
    const ended = await runIn(silentNames, [command, "health", "--endpoint", "http://kubeflow.example.com"], {
      interruption: { afterMs: 1_500, signal },
    });
    // A shell makes 130 or 143 of it.
    expect(ended.signal ?? ended.code).toBe(signal);
    // Name resolution itself takes longer than that.
    expect(ended.durationMs).toBeLessThan(2_000);
    expect(ended.stderr).not.toContain("    at ");
  });

  test("is answered at once while packets are dropped", async () => {
    const ended = await runIn({}, [command, "health", "--endpoint", "http://10.9.0.9"], {
      interruption: { afterMs: 1_500, signal: "SIGINT" },
    });
    expect(ended.code).toBe(130);
    expect(ended.durationMs).toBeLessThan(2_000);
  });
});
