import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createSecureServer } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { announcing } from "./announcing.ts";
import { cannedServer } from "./canned-server.ts";
import { outcomeOf } from "./embedded.ts";
import { type FakeOptions, fakeIo } from "./fake-io.ts";
import { serviceAccountToken } from "./tokens.ts";

const server = cannedServer();
const list = (options: FakeOptions = {}) =>
  outcomeOf(fakeIo({ argv: ["experiments", "list", "--endpoint", server.url], ...options }));
const at = (endpoint: string, ...more: string[]) =>
  outcomeOf(fakeIo({ argv: ["experiments", "list", "--endpoint", endpoint, ...more] }));

describe("exit codes say what went wrong", () => {
  test("3: nothing listens there", async () => {
    const { code, stdout, stderr } = await at("http://127.0.0.1:1");
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toMatch(/^error: .*127\.0\.0\.1:1.*\nfix: .+/);
  });

  test("3: the host does not exist", async () => {
    expect(await at("http://no-such-host.invalid")).toMatchObject({ code: 3 });
  });

  test("3: no answer in time, and it is said how to wait longer", async () => {
    server.answer(() => undefined);
    const { code, stderr } = await at(server.url, "--timeout", "200ms");
    expect(code).toBe(3);
    expect(stderr).toContain("--timeout");
  });

  test("3: something else than the API answers", async () => {
    server.answer(() => ({ headers: { "content-type": "text/html" }, body: "<html><title>Router</title></html>" }));
    expect(await list()).toMatchObject({ code: 3 });
    const other = createServer((socket) => socket.end("SSH-2.0-x\r\n"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    expect(await at(`http://127.0.0.1:${(other.address() as { port: number }).port}`)).toMatchObject({ code: 3 });
    other.close();
  });

  test.each([401, 403])("4: the server answers %i", async (status) => {
    server.answer(() => ({ status, body: { code: status === 401 ? 16 : 7, message: "no" } }));
    const { code, stdout, stderr } = await list();
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    if (status === 401) expect(stderr).toContain("KFP_EXISTING_TOKEN");
  });

  test("4: a login page stands in front", async () => {
    server.answer(() => ({ status: 302, headers: { location: "/dex/auth?client_id=x" }, body: "" }));
    expect(await list()).toMatchObject({ code: 4 });
  });

  test("1: the server fails", async () => {
    server.answer(() => ({ status: 500, body: { code: 13, message: "broken" } }));
    expect(await list()).toMatchObject({ code: 1, stderr: expect.stringContaining("broken") });
  });

  test("a server that fails says in which line of its log to look", async () => {
    const headers = { "content-type": "application/json", "x-request-id": "r-7" };
    server.answer(() => ({ status: 500, headers, body: { code: 13, message: "broken" } }));
    expect((await list()).stderr).toMatch(
      /^error: .*broken\nfix: .*request id.*\nrequest id: r-7\nmore: kfp-ts explain SERVER_ERROR\n$/,
    );
    server.answer(() => ({ status: 404, headers, body: { code: 5, message: "gone" } }));
    expect((await list()).stderr).not.toContain("r-7");
  });

  test("2: the endpoint is no URL, or has a password in it, which is not repeated", async () => {
    expect(await at("ftp://x")).toMatchObject({ code: 2 });
    const { code, stderr } = await at("http://user:hunter2@localhost");
    expect(code).toBe(2);
    expect(stderr).not.toContain("hunter2");
  });

  test("1 or 2: a file of authorities that is not there is named", async () => {
    const { code, stderr } = await at("https://127.0.0.1:1", "--ca-file", "/no/such/ca.pem");
    expect([1, 2]).toContain(code);
    expect(stderr).toContain("/no/such/ca.pem");
  });
});

describe("certificates", () => {
  // Those that the client is tested with: a server's, and the authority that signed it.
  const tls = (name: string) => fileURLToPath(new URL(`../../sdk/test/fixtures/tls/${name}`, import.meta.url));

  test("a private authority is trusted with --ca-file, any certificate with --insecure-skip-tls-verify, else none", async () => {
    const secure = createSecureServer(
      { cert: readFileSync(tls("good.pem")), key: readFileSync(tls("good-key.pem")) },
      (_, response) => response.writeHead(200, { "content-type": "application/json" }).end("{}"),
    );
    await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
    const url = `https://localhost:${(secure.address() as { port: number }).port}`;
    const refused = await at(url);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("--ca-file");
    expect((await at(url, "--ca-file", tls("ca.pem"))).code).toBe(0);
    expect((await at(url, "--insecure-skip-tls-verify")).code).toBe(0);
    secure.close();
  });
});

describe("what is told on stderr", () => {
  test("--verbose tells each request and its answer, and masks what is secret", async () => {
    server.answer(() => ({ headers: { "content-type": "application/json", "set-cookie": "session=hunter2" } }));
    const { code, stdout, stderr } = await list({
      argv: ["experiments", "list", "--endpoint", server.url, "--verbose", "-o", "json"],
      env: { KFP_EXISTING_TOKEN: "hunter2" },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ experiments: [], total_size: 0 });
    expect(stderr).toMatch(/^> GET http:\/\/127\.0\.0\.1:\d+\/apis\/v2beta1\/experiments\?/);
    expect(stderr).toMatch(/< 200 after \d+ ms/);
    expect(stderr).toContain("authorization: Bearer ***");
    expect(stderr).not.toContain("hunter2");
  });

  test("certificates that are not checked are warned about, each time", async () => {
    server.answer(() => ({}));
    const { stderr } = await list({
      argv: ["experiments", "list", "--endpoint", server.url, "--insecure-skip-tls-verify"],
    });
    expect(stderr).toMatch(/^warning: certificates are not checked/);
  });

  test("what a server says cannot steer the terminal", async () => {
    server.answer(() => ({ status: 400, body: { code: 3, message: "bad \u001b[2J name" } }));
    expect((await list()).stderr).toContain("\\x1b[2J");
  });
});

describe("who is asking comes from the environment, never from arguments", () => {
  const authorization = async (env: Record<string, string>, ...more: string[]) => {
    let seen: string | undefined;
    server.answer((request) => {
      seen = request.headers.authorization;
      return {};
    });
    await list({ argv: ["experiments", "list", "--endpoint", server.url, ...more], env });
    return seen;
  };

  test("nobody, without anything set", async () => {
    expect(await authorization({})).toBeUndefined();
  });

  test("KFP_EXISTING_TOKEN is a token, KF_PIPELINES_SA_TOKEN_PATH and --token-file the file of one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kfp-ts-token-"));
    const path = join(folder, "token");
    const token = serviceAccountToken();
    await writeFile(path, `${token}\n`);
    expect(await authorization({ KFP_EXISTING_TOKEN: "given" })).toBe("Bearer given");
    expect(await authorization({ KF_PIPELINES_SA_TOKEN_PATH: path })).toBe(`Bearer ${token}`);
    expect(await authorization({ KF_PIPELINES_SA_TOKEN_PATH: path, KFP_EXISTING_TOKEN: "given" })).toBe("Bearer given");
    expect(await authorization({ KFP_EXISTING_TOKEN: "given" }, "--token-file", path)).toBe(`Bearer ${token}`);
    await rm(folder, { recursive: true });
  });

  test("--token-file and --as-service-account exclude each other, and a service account has a namespace", async () => {
    const both = await at(server.url, "--token-file", "/t", "--as-service-account", "team-a/default-editor");
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("exclude each other") });
    expect(await at(server.url, "--as-service-account", "default-editor")).toMatchObject({ code: 2 });
  });

  test("--as-service-account without a cluster says so, and how to ask with kubectl", async () => {
    const argv = ["experiments", "list", "--endpoint", server.url, "--as-service-account", "team-a/default-editor"];
    const before = { ...process.env };
    Object.assign(process.env, { KUBECONFIG: "/no/such/kubeconfig" });
    try {
      const { code, stderr } = await list({ argv });
      expect(code).toBe(4);
      expect(stderr).toContain("/no/such/kubeconfig");
      expect(stderr).toContain(
        "kubectl create token default-editor --namespace team-a --audience=pipelines.kubeflow.org",
      );
    } finally {
      if (before.KUBECONFIG === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before.KUBECONFIG;
    }
  });
});

describe("a token that cannot be sent", () => {
  const withEnv = (env: Record<string, string>) =>
    list({ argv: ["experiments", "list", "--endpoint", server.url], env });

  test("in a file that is not there: 4, the file and the variable are named", async () => {
    const { code, stderr } = await withEnv({ KF_PIPELINES_SA_TOKEN_PATH: "/no/such/token" });
    expect(code).toBe(4);
    expect(stderr).toMatch(/^error: .*\/no\/such\/token.*variable KF_PIPELINES_SA_TOKEN_PATH.*no such file.*\nfix: /);
    expect(stderr).toMatch(/\n {8}- mountPath: \/no\/such\n/);
  });

  test("in the environment, and no token: 2, the variable is named and its value is not", async () => {
    const { code, stderr } = await withEnv({ KFP_EXISTING_TOKEN: "Bearer hunter2" });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: KFP_EXISTING_TOKEN: /);
    expect(stderr).not.toContain("hunter2");
  });
});

describe("without an endpoint", () => {
  test("the server that runs on this machine is used, and named; with two, one has to be chosen", async () => {
    const runtime = await mkdtemp(join(tmpdir(), "kfp-ts-runtime-"));
    const bare = () => outcomeOf(fakeIo({ argv: ["health", "-o", "json"], env: { XDG_RUNTIME_DIR: runtime } }));

    const none = await bare();
    expect(none).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("Start one with kfp-ts serve") });

    const one = await announcing({ XDG_RUNTIME_DIR: runtime });
    const found = await bare();
    expect(found.stderr).toBe(`Using the server on ${one.url} (kfp-ts serve, process ${process.pid})\n`);
    expect(JSON.parse(found.stdout)).toMatchObject({ endpoint: one.url, multi_user: false });

    const two = await announcing({ XDG_RUNTIME_DIR: runtime });
    const several = await bare();
    expect(several).toMatchObject({ code: 2, stdout: "" });
    for (const { url } of [one, two]) expect(several.stderr).toContain(`--endpoint ${url}`);

    await Promise.all([one.close(), two.close()]);
    expect(await bare()).toMatchObject({ code: 2 });
    await rm(runtime, { recursive: true });
  });
});
