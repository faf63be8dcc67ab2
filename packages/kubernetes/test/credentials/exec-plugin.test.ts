import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { KubernetesError } from "../../src/index.ts";
import { clientOf, json, rejection, startServer, statusBody } from "../api-server.ts";

const v1 = "client.authentication.k8s.io/v1";
const get = { method: "GET", path: "/version" } as const;

/** A server that takes one token after the other, and who else asks gets 401. */
async function start(accepts: (token: string) => boolean = () => true) {
  return startServer((request, response) => {
    const token = request.headers.authorization ?? "";
    if (accepts(token)) json(response, 200, { token });
    else json(response, 401, statusBody(401, "Unauthorized", "Unauthorized"));
  });
}

/** A plugin written in JavaScript: the user of a kubeconfig that runs it, and how often it ran. */
function plugin(source: string, exec: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), "kfp-ts-exec-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = join(folder, "plugin.cjs");
  const runs = join(folder, "runs");
  writeFileSync(runs, "");
  writeFileSync(
    script,
    `const fs = require("node:fs");
     fs.appendFileSync(${JSON.stringify(runs)}, "x");
     const turn = fs.readFileSync(${JSON.stringify(runs)}, "utf8").length;
     const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
     const give = (status) => console.log(JSON.stringify({ apiVersion: info.apiVersion, kind: "ExecCredential", status }));
     ${source}`,
  );
  const user = {
    exec: {
      apiVersion: v1,
      command: process.execPath,
      args: [script, "an argument"],
      interactiveMode: "Never",
      ...exec,
    },
  };
  return { user, folder, script, runs: () => readFileSync(runs, "utf8").length };
}

const env = { HOME: "/people/dev", PATH: process.env.PATH };

describe("an exec plugin", () => {
  test("gives the token, is told what Kubernetes tells it, and runs once for many calls", async () => {
    const server = await start();
    const { user, runs } = plugin(
      'give({ token: [info.spec.interactive, process.argv[2], process.env.MINE].join("/").replace(" ", "-") });',
      {
        env: [{ name: "MINE", value: "own" }],
      },
    );
    const kubernetes = await clientOf({ server: server.url }, user, { env });
    const answers = await Promise.all(Array.from({ length: 20 }, () => kubernetes.call(get)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ token: "Bearer false/an-argument/own" })]),
    );
    await kubernetes.call(get);
    expect(runs()).toBe(1);
  });

  test("is ended when the last of those who waited for it waits no more", async () => {
    const server = await start();
    const { user, folder } = plugin(
      `fs.writeFileSync(require("node:path").join(__dirname, "pid"), String(process.pid));
       setTimeout(() => give({ token: "late" }), 60_000);`,
    );
    const kubernetes = await clientOf({ server: server.url }, user, { env });
    const [first, last] = [new AbortController(), new AbortController()];
    const calls = [first, last].map(({ signal }) => rejection(kubernetes.call({ ...get, signal })));
    const pid = (): number => Number(existsSync(join(folder, "pid")) && readFileSync(join(folder, "pid"), "utf8"));
    await expect.poll(pid, { timeout: 10_000 }).toBeGreaterThan(0);
    const lives = (): boolean => {
      try {
        return process.kill(pid(), 0);
      } catch {
        return false;
      }
    };
    first.abort(new Error("first"));
    expect((await calls[0])?.message).toBe("first");
    expect(lives()).toBe(true);
    last.abort(new Error("last"));
    expect((await calls[1])?.message).toBe("last");
    await expect.poll(lives, { timeout: 10_000 }).toBe(false);
  });

  test("is told of the cluster where the kubeconfig says so", async () => {
    const server = await start();
    const { user } = plugin('give({ token: info.spec.cluster.server + "#" + info.spec.cluster.config.audience });', {
      provideClusterInfo: true,
    });
    const extensions = [{ name: "client.authentication.k8s.io/exec", extension: { audience: "me" } }];
    const kubernetes = await clientOf({ server: server.url, extensions }, user, { env });
    expect(await kubernetes.call(get)).toEqual({ token: `Bearer ${server.url}#me` });
  });

  test("runs again when what it gave has ended, and not before", async () => {
    const server = await start();
    const { user, runs } = plugin('give({ token: "t" + turn, expirationTimestamp: "2030-01-01T00:00:00Z" });');
    let now = Date.parse("2029-12-31T23:59:59Z");
    const kubernetes = await clientOf({ server: server.url }, user, { env, now: () => now });
    await kubernetes.call(get);
    expect(await kubernetes.call(get)).toEqual({ token: "Bearer t1" });
    now += 1_000;
    expect(await kubernetes.call(get)).toEqual({ token: "Bearer t2" });
    expect(runs()).toBe(2);
  });

  test("runs once more when the server refuses what it gave, and no more than once", async () => {
    const server = await start((token) => token === "Bearer t2");
    const { user, runs } = plugin('give({ token: "t" + turn });');
    const kubernetes = await clientOf({ server: server.url }, user, { env });
    expect(await kubernetes.call(get)).toEqual({ token: "Bearer t2" });
    expect(runs()).toBe(2);

    const never = await start(() => false);
    const other = plugin('give({ token: "t" + turn });');
    const refused = await clientOf({ server: never.url }, other.user, { env });
    const error = await rejection<KubernetesError>(refused.call(get));
    expect(error).toMatchObject({ status: 401, message: "Unauthorized" });
    expect(other.runs()).toBe(2);
    expect(never.seen).toHaveLength(2);
  });

  test("of the older version needs no interactiveMode", async () => {
    const server = await start();
    const apiVersion = "client.authentication.k8s.io/v1beta1";
    const { user } = plugin('give({ token: "old" });', { apiVersion, interactiveMode: undefined });
    expect(await (await clientOf({ server: server.url }, user, { env })).call(get)).toEqual({ token: "Bearer old" });
  });

  test("with a path is looked for beside its kubeconfig", async () => {
    const server = await start();
    const { user, folder, script } = plugin('give({ token: "beside" });');
    const runner = join(folder, "run.sh");
    writeFileSync(runner, `#!/bin/sh\nexec '${process.execPath}' '${script}'\n`);
    chmodSync(runner, 0o700);
    const file = join(folder, "config");
    const text = JSON.stringify({
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server: server.url } }],
      users: [{ name: "u", user: { exec: { ...user.exec, command: "./run.sh", args: [] } } }],
    });
    writeFileSync(file, text);
    const { kubernetesFromKubeconfig } = await import("../../src/index.ts");
    const kubernetes = await kubernetesFromKubeconfig({ kubeconfig: file, env });
    expect(await kubernetes.call(get)).toEqual({ token: "Bearer beside" });
  });
});

describe("an exec plugin that fails", () => {
  const failing = async (source: string, exec: object = {}): Promise<string> => {
    const server = await start();
    const { user } = plugin(source, exec);
    const error = await rejection<KubernetesError>((await clientOf({ server: server.url }, user, { env })).call(get));
    expect(error.status).toBe(0);
    expect(server.seen).toHaveLength(0);
    return error.message;
  };

  test("is quoted, without what looks like a secret", async () => {
    const message = await failing(`
      give({ token: "abc-the-token" });
      console.error("session ended for abc-the-token; Authorization: Bearer xyz; eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZSJ9.sig");
      process.exit(3);`);
    expect(message).toContain('of user "test-user" failed with exit code 3: session ended for [hidden]');
    for (const secret of ["abc-the-token", "xyz", "eyJzdWIi"]) expect(message).not.toContain(secret);
    expect(message).toContain("log in again with the tool that it belongs to");
  });

  test.each([
    ["process.exit(1)", "failed with exit code 1 and said nothing"],
    ["console.log('{')", "printed something that is no JSON"],
    ["console.log('{}')", "printed something that is no ExecCredential"],
    [
      'info.apiVersion = "client.authentication.k8s.io/v1beta1"; give({ token: "t" })',
      `printed an ExecCredential of client.authentication.k8s.io/v1beta1, and the kubeconfig asks for ${v1}`,
    ],
    ["give({})", "printed an ExecCredential with neither a token nor a certificate"],
    ['give({ clientCertificateData: "c" })', "printed a certificate without its key"],
    ['give({ token: "a\\nb" })', "printed a token that no header can hold"],
    ['give({ token: "a", expirationTimestamp: "soon" })', "printed an expirationTimestamp that is no time"],
  ])("%s: %s", async (source, words) => {
    expect(await failing(source)).toContain(words);
  });

  test("for it is missing comes with the hint of who wrote the kubeconfig", async () => {
    const message = await failing("", { command: "no-such-plugin-here", installHint: "Get it from example.com." });
    expect(message).toBe(
      'The exec plugin no-such-plugin-here of user "test-user" does not exist. Install it, or put it on the PATH. Get it from example.com.',
    );
  });

  test("for it needs a terminal says so", async () => {
    expect(await failing("", { interactiveMode: "Always" })).toContain("needs a terminal, and there is none");
  });
});
