import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { parseCommandLine } from "../../src/command-line/parse.ts";
import { commands, groups } from "../../src/commands/index.ts";
import { ownHome } from "../contexts/home.ts";

const home = ownHome();
const listening: Server[] = [];
afterEach(() => {
  for (const server of listening.splice(0)) server.close();
});

/** Something that takes connections, and says nothing. */
async function somethingThere(): Promise<string> {
  const server = createServer();
  listening.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

function announce(endpoint: string, more: object = {}): void {
  const value = { endpoint, processId: process.pid, version: "1", startedAt: "2026-01-31T12:00:00Z", ...more };
  home.write(`kfp-ts/servers/${encodeURIComponent(endpoint)}.json`, JSON.stringify(value));
}

/** What is said, in its parts. */
async function said(env: Readonly<Record<string, string>> = {}) {
  const { code, stdout, stderr } = await home.kfp([], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const steps = [...stdout.matchAll(/^ {2}kfp-ts (.*?)(?: {3}|$)/gm)].map(([, line]) => line?.trim() ?? "");
  for (const step of steps) {
    const line = { groups, commands, env: {}, version: () => "" };
    expect(await parseCommandLine(line, step.split(" ")), step).toMatchObject({ kind: "command" });
  }
  expect(steps.length).toBeGreaterThanOrEqual(3);
  expect(steps.length).toBeLessThanOrEqual(5);
  expect(stdout).toMatch(/^Help: kfp-ts --help, kfp-ts COMMAND --help/m);
  expect(stdout.split("\n").filter((line) => line.length > 100)).toEqual([]);
  // Long texts are wrapped.
  return { text: stdout.replace(/\n {13}/g, " "), steps };
}

describe("without arguments, a person is told which server it would be and why, and what to type next", () => {
  test("nothing is known: a server can be started here", async () => {
    const { text, steps } = await said();
    expect(text).toContain("none is known");
    expect(steps.slice(0, 2)).toEqual(["run pipeline.yaml", "serve"]);
  });

  test("a server of this machine: look, upload, run", async () => {
    const url = await somethingThere();
    announce(url);
    const { text, steps } = await said();
    expect(text).toContain(`Server       ${url} because`);
    expect(text).toContain(`because kfp-ts serve runs here (process ${process.pid}); it is there`);
    expect(steps).toEqual([
      "experiments list",
      "pipelines upload pipeline.yaml",
      "runs create --file pipeline.yaml --watch",
    ]);
  });

  test("two servers, one of them for those who say who they are: the other, and the option for that one", async () => {
    announce(await somethingThere());
    announce("http://127.0.0.1:2", { multiUser: true });
    const { text, steps } = await said();
    expect(text).toContain("--endpoint http://127.0.0.1:2: kfp-ts serve for many users");
    expect(steps).toContain("experiments list");
  });

  test("two servers that cannot be told apart: you choose", async () => {
    announce("http://127.0.0.1:1");
    announce("http://127.0.0.1:2");
    home.writeConfig("contexts:\n  prod: {endpoint: 'https://a.example'}\n");
    const { text, steps } = await said();
    expect(text).toContain("one of 2 that run on this machine");
    expect(text).toContain("--context prod: https://a.example");
    expect(steps).toContain("experiments list --endpoint http://127.0.0.1:2");
  });

  test("a variable says which", async () => {
    const { text, steps } = await said({ KF_PIPELINES_ENDPOINT: "https://kubeflow.example.com/pipeline" });
    expect(text).toContain("because the variable KF_PIPELINES_ENDPOINT says so");
    expect(steps).toContain("login https://kubeflow.example.com/pipeline");
  });

  test("the current context, with its namespace and credentials, before a server of this machine", async () => {
    announce("http://127.0.0.1:1");
    home.writeConfig(
      "current: prod\ncontexts:\n  prod: {endpoint: 'https://a.example', namespace: team-a, credentials: {kind: bearer-token, token: {env: T}}}\n",
    );
    const { text, steps } = await said();
    expect(text).toContain("because it is the context prod");
    expect(text).toMatch(/^Namespace +team-a$/m);
    expect(text).toContain("the token in the variable T");
    expect(text).toContain("--endpoint http://127.0.0.1:1: kfp-ts serve");
    expect(steps[0]).toBe("experiments list");
  });

  test("logged out: log in again", async () => {
    home.writeConfig(
      "current: prod\ncontexts:\n  prod: {endpoint: 'https://a.example', credentials: {kind: session}}\n",
    );
    const { text, steps } = await said();
    expect(text).toContain("nobody is logged in");
    expect(steps[0]).toBe("login --context prod");
  });

  test("logged in: as whom", async () => {
    home.writeConfig(
      "current: prod\ncontexts:\n  prod: {endpoint: 'https://a.example', credentials: {kind: session}}\n",
    );
    const session = { kind: "cookies", cookies: [], savedAt: 1 };
    const kept = { version: 1, sessions: [{ endpoint: "https://a.example", user: "ada@example.com", session }] };
    home.write(".local/state/kfp-ts/sessions.json", JSON.stringify(kept));
    const { text, steps } = await said();
    expect(text).toContain("the saved login of ada@example.com");
    expect(steps[0]).toBe("experiments list");
  });

  test("a server for many users, and nobody to be", async () => {
    const url = await somethingThere();
    announce(url, { multiUser: true });
    const { text, steps } = await said();
    expect(text).toContain("it asks everybody who they are");
    expect(steps[0]).toBe("whoami");
  });

  test("a server of this machine that is gone", async () => {
    const { text, steps } = await said({ KFP_ENDPOINT: "http://127.0.0.1:1" });
    expect(text).toContain("nothing listens there now");
    expect(steps).toContain("serve");
  });

  test("in a pod: the one of its cluster, which is not asked", async () => {
    const { text } = await said({ KUBERNETES_SERVICE_HOST: "10.0.0.1" });
    expect(text).toContain("that of this pod's cluster");
  });

  test.each([
    ["as kubectl writes it", "apiVersion: v1\ncurrent-context: kind-kind\nkind: Config\n"],
    ["in quotes", 'current-context: "kind-kind" # mine\n'],
    ["as JSON", '{"kind":"Config",\n "current-context": "kind-kind"}'],
  ])("a kubeconfig is named by its context (%s), and its cluster is not asked", async (_, text) => {
    const path = home.write("kubeconfig", text);
    expect((await said({ KUBECONFIG: path })).text).toContain("the kubeconfig's context kind-kind,");
  });
});

describe("whatever is broken is told, and it ends", () => {
  test.each([
    ["contexts that are no YAML", "contexts: ["],
    ["contexts of a wrong shape", "contexts: [1, 2]"],
    ["a current context that is not there", "current: gone\ncontexts: {}\n"],
    ["a file that is far too large", `contexts: {}\n${"#".repeat(2_000_000)}`],
  ])("%s", async (_, config) => {
    home.writeConfig(config);
    const { text, steps } = await said();
    expect(text).toMatch(/^Problem +\S/m);
    expect(steps).toContain("serve");
    // What is offered does not end in that same problem, but helps.
    for (const step of steps.filter((line) => line !== "serve" && line !== "doctor")) {
      expect(await home.kfp(step.split(" ")), step).toMatchObject({ code: 0, stderr: "" });
    }
  });

  test("a variable with a wrong value", async () => {
    expect((await said({ KFP_OUTPUT: "xml" })).text).toMatch(/^Problem +The environment variable KFP_OUTPUT/m);
  });

  test("sessions and a kubeconfig that are broken are as if there were none", async () => {
    home.write(".local/state/kfp-ts/sessions.json", "{");
    const path = home.write("kubeconfig", "\u0000\u0001: [");
    const { text } = await said({ KUBECONFIG: path, KFP_ENDPOINT: "https://a.example" });
    expect(text).toContain("a kubeconfig without a current context");
  });

  describe.skipIf(process.platform === "win32")("pipes, which need not answer (skipped where there are none)", () => {
    const pipeAt = (path: string): string => {
      execFileSync("sh", ["-c", 'rm -f "$0" && mkfifo "$0"', path]);
      return path;
    };

    test("in place of contexts", async () => {
      pipeAt(home.writeConfig(""));
      expect((await said()).text).toMatch(/^Problem +\S/m);
    });

    test("in place of a kubeconfig", async () => {
      const path = pipeAt(home.write("kubeconfig", ""));
      expect((await said({ KUBECONFIG: path })).text).toContain("Server ");
    });

    test("in place of an announcement, which nobody has written to the end", async () => {
      const path = pipeAt(home.write("kfp-ts/servers/1.json", ""));
      expect((await said()).text).toContain("do not answer");
      // Lets go of what still reads it.
      const { open } = await import("node:fs/promises");
      for (let readers = 0; readers < 3; readers++) await (await open(path, "r+")).close();
    });
  });

  test("what would steer the terminal is shown as what it is", async () => {
    const { text } = await said({ KFP_ENDPOINT: "http://a.example/\u001b[31m" });
    expect(text).not.toContain("\u001b");
  });
});

test("--help is the overview of all commands", async () => {
  const { stdout } = await home.kfp(["--help"]);
  expect(stdout).toContain("experiments");
  expect(stdout).toContain("Exit codes");
});
