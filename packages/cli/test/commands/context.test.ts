import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { announcing } from "../announcing.ts";
import { cannedServer } from "../canned-server.ts";
import { ownHome } from "../contexts/home.ts";

const home = ownHome();
const server = cannedServer();
const BOX = "http://localhost:8080/pipeline";

describe("context set", () => {
  test("makes a context that only its user can read, and the first one is the current one", async () => {
    const made = await home.kfp(["context", "set", "box", "--endpoint", `${BOX}/`, "-n", "team-a"]);
    expect(made).toMatchObject({ code: 0, stdout: "", stderr: "Made the context box, which is the current one\n" });
    expect(home.config()).toContain(
      "current: box\ncontexts:\n  box:\n    endpoint: http://localhost:8080/pipeline\n    namespace: team-a\n",
    );
    expect(home.modeOf(".config/kfp-ts/config.yaml")).toBe(0o600);
    expect(home.modeOf(".config/kfp-ts")).toBe(0o700);
    const other = await home.kfp(["context", "set", "other", "--endpoint", "https://kubeflow.example.com/pipeline"]);
    expect(other.stderr).toContain("kfp-ts context use other");
    expect(home.config()).toContain("current: box\n");
  });

  test("changes what is said and keeps the rest; an empty text takes something away", async () => {
    await home.kfp(["context", "set", "box", "--endpoint", BOX, "-n", "team-a", "--username", "ada"]);
    await home.kfp(["context", "set", "box", "--namespace", ""]);
    expect(home.config()).toContain("kind: session\n      username: ada\n");
    expect(home.config()).not.toContain("namespace");
  });

  test.each([
    [["--password-env", "PW"], "password:\n        env: PW"],
    [["--password-file", "/pw"], "password:\n        file: /pw"],
    [["--password-command", "pass", "--password-command", "show"], "command:\n          - pass\n          - show"],
  ])("keeps where a password is: %j", async (said, kept) => {
    const { code } = await home.kfp(["context", "set", "box", "--endpoint", BOX, "--username", "ada", ...said]);
    expect(code).toBe(0);
    expect(home.config()).toContain(kept);
  });

  test.each([["--password"], ["--token"]])("refuses %s with the reason, and does not repeat it", async (option) => {
    const { code, stderr } = await home.kfp(["context", "set", "box", "--endpoint", BOX, option, "hunter2"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Everybody on this machine can read arguments");
    expect(stderr).not.toContain("hunter2");
  });

  test.each([
    [["--endpoint", "ftp://x"], "ftp"],
    [["--endpoint", "http://u:hunter2@x"], "password"],
    [[], "needs an endpoint"],
    [["--endpoint", BOX, "--token-env", "T", "--browser"], "exclude each other"],
    [["--endpoint", BOX, "--token-env", "T", "--token-file", "/t"], "several places"],
    [["--endpoint", BOX, "--password-env", "PW"], "--username"],
    [["--endpoint", BOX, "--token-env", "not a name"], "environment variable"],
  ])("refuses %j and writes nothing", async (said, why) => {
    const { code, stderr } = await home.kfp(["context", "set", "box", ...said]);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain("hunter2");
    expect((await home.kfp(["context", "list", "-o", "name"])).stdout).toBe("");
  });

  test("does not hand the credentials for one server to another", async () => {
    await home.kfp(["context", "set", "box", "--endpoint", BOX, "--token-env", "T"]);
    const moved = ["context", "set", "box", "--endpoint", "https://elsewhere.example.com"];
    expect(await home.kfp(moved)).toMatchObject({ code: 2, stderr: expect.stringContaining("--no-credentials") });
    expect(await home.kfp([...moved, "--no-credentials"])).toMatchObject({ code: 0 });
    expect(home.config()).not.toContain("credentials");
  });

  test("of many at the same time none is lost", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
    await Promise.all(names.map((name) => home.kfp(["context", "set", name, "--endpoint", BOX])));
    const { stdout } = await home.kfp(["context", "list", "-o", "json"]);
    expect(Object.keys(JSON.parse(stdout).contexts).sort()).toEqual(names.sort());
  });

  test("a lock that its process left behind when it died holds nobody up", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", "0"]);
    home.write(".config/kfp-ts/.config.lock", `${pid} x`);
    expect(await home.kfp(["context", "set", "box", "--endpoint", BOX])).toMatchObject({ code: 0 });
  });
});

describe("context use, list and delete", () => {
  test("use chooses, list marks, delete asks and forgets", async () => {
    await home.kfp(["context", "set", "a", "--endpoint", BOX]);
    await home.kfp(["context", "set", "b", "--endpoint", "https://b.example.com"]);
    expect(await home.kfp(["context", "use", "context/b"])).toMatchObject({ code: 0 });
    expect((await home.kfp(["context", "list"])).stdout).toMatch(/\*\s+b\s+https:\/\/b\.example\.com/);
    expect((await home.kfp(["context", "list", "-o", "name"])).stdout).toBe("context/a\ncontext/b\n");
    expect(await home.kfp(["context", "delete", "b"])).toMatchObject({ code: 2 });
    expect(await home.kfp(["context", "delete", "b", "--yes"])).toMatchObject({ code: 0 });
    expect(JSON.parse((await home.kfp(["context", "list", "-o", "json"])).stdout)).toEqual({
      contexts: { a: { endpoint: BOX } },
    });
  });

  test.each([
    [["--tunnel", "prod/kubeflow/ml-pipeline-ui"], "port-forward prod/kubeflow/ml-pipeline-ui --local-port 8080,"],
    [["--tunnel"], "port-forward --local-port 8080,"],
  ])("a context is no tunnel: %j is refused with what to do instead", async (tunnel, instead) => {
    const { code, stderr } = await home.kfp(["context", "set", "a", ...tunnel]);
    expect(code).toBe(2);
    expect(stderr).toContain("a tunnel has a new one each time");
    expect(stderr).toContain(instead);
    expect(stderr).toContain("context set a --endpoint http://127.0.0.1:8080");
  });

  test.each(["use", "delete"])("%s names what there is where it is not there", async (verb) => {
    await home.kfp(["context", "set", "a", "--endpoint", BOX]);
    expect(await home.kfp(["context", verb, "z"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("are: a."),
    });
  });
});

describe("which setting wins", () => {
  const shown = async (argv: readonly string[], env: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await home.kfp(["context", "show", "-o", "json", ...argv], { env });
    expect(stderr).not.toContain("error");
    expect(code).toBe(0);
    return JSON.parse(stdout).settings;
  };
  const two = async () => {
    await home.kfp(["context", "set", "box", "--endpoint", BOX, "-n", "team-a", "--token-env", "BOX_TOKEN"]);
    await home.kfp(["context", "set", "prod", "--endpoint", "https://prod.example.com", "-n", "prod-ns"]);
  };

  test("the current context, where nothing else is said", async () => {
    await two();
    expect(await shown([])).toMatchObject({
      context: { value: "box", from: "the current one" },
      endpoint: { value: BOX, from: "the context box" },
      namespace: { value: "team-a", from: "the context box" },
      credentials: { value: "the token in the variable BOX_TOKEN", from: "the context box" },
      certificates: { value: "checked", from: "the default" },
    });
  });

  test("a variable wins over the current context, and an option over both", async () => {
    await two();
    const env = { KFP_NAMESPACE: "of-variable", KFP_EXISTING_TOKEN: "hunter2" };
    const byVariable = await shown([], env);
    expect(byVariable).toMatchObject({
      endpoint: { from: "the context box" },
      namespace: { value: "of-variable", from: "the variable KFP_NAMESPACE" },
      credentials: { from: "the variable KFP_EXISTING_TOKEN" },
    });
    expect(JSON.stringify(byVariable)).not.toContain("hunter2");
    expect((await shown(["-n", "typed"], env)).namespace).toEqual({ value: "typed", from: "the option --namespace" });
  });

  test("a context that an option names wins over variables; one that KFP_CONTEXT names does not", async () => {
    await two();
    const env = { KFP_ENDPOINT: "http://other.example.com", KFP_NAMESPACE: "of-variable" };
    expect(await shown(["--context", "prod"], env)).toMatchObject({
      endpoint: { value: "https://prod.example.com", from: "the context prod" },
      namespace: { value: "prod-ns", from: "the context prod" },
    });
    expect(await shown(["prod"], env)).toMatchObject({ context: { value: "prod" } });
    expect(await shown([], { ...env, KFP_CONTEXT: "prod" })).toMatchObject({
      context: { value: "none" },
      endpoint: { value: "http://other.example.com", from: "the variable KFP_ENDPOINT" },
    });
    expect(await shown([], { KFP_CONTEXT: "prod" })).toMatchObject({
      context: { value: "prod", from: "the variable KFP_CONTEXT" },
    });
  });

  test("a context goes to its endpoint and nowhere else, nor do its credentials", async () => {
    await two();
    expect(await shown(["--endpoint", "http://other.example.com"])).toMatchObject({
      context: { value: "none" },
      namespace: { value: "none" },
      credentials: { value: "none" },
    });
    expect(await shown(["--endpoint", `${BOX}/`])).toMatchObject({
      context: { value: "box" },
      endpoint: { from: "the option --endpoint" },
      credentials: { from: "the context box" },
    });
    const both = await home.kfp(["runs", "list", "--context", "box", "--endpoint", "http://other.example.com"]);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("goes nowhere else") });
  });

  test("a context that is not there is named, with who names it", async () => {
    const { code, stderr } = await home.kfp(["runs", "list"], { env: { KFP_CONTEXT: "gone" } });
    expect(code).toBe(2);
    expect(stderr).toContain('"gone", which KFP_CONTEXT names');
  });

  test("the current context wins over a server of this machine, which is said", async () => {
    const running = await announcing(home.env());
    server.answer(() => ({ body: {} }));
    await home.kfp(["context", "set", "here", "--endpoint", server.url]);
    const { code, stderr } = await home.kfp(["experiments", "list"]);
    await running.close();
    expect(code).toBe(0);
    expect(stderr).toContain(`Using the context here (${server.url}), and not the kfp-ts serve of this machine`);
    expect(stderr).toContain(running.url);
  });

  test("nothing is said of a server of this machine whose gateway the context is for", async () => {
    const running = await announcing(home.env(), { gateway: server.url });
    server.answer(() => ({ body: {} }));
    await home.kfp(["context", "set", "here", "--endpoint", server.url]);
    const outcome = await home.kfp(["experiments", "list"]);
    await running.close();
    expect(outcome).toMatchObject({ code: 0, stderr: "No experiments found.\n" });
  });
});

describe("a configuration that is wrong", () => {
  test.each([
    ["contexts:\n  box:\n    endpont: x\n", "line 3: contexts.box.endpont is no key"],
    ["current: box\n", 'line 1: current is "box", and there is no such context'],
    ["contexts:\n  box:\n    namespace: x\n", "line 2: contexts.box.endpoint is missing"],
    ["contexts:\n  box:\n    endpoint: 'ftp://x'\n", "line 3: contexts.box.endpoint: "],
    ["contexts:\n  box: [\n", "line 3 is no YAML"],
    ["contexts: []\n", "line 1: contexts is no map"],
    [`contexts:\n  box:\n    endpoint: ${BOX}\n    namespace: 7\n`, "line 4: contexts.box.namespace is no text"],
    [
      `contexts:\n  box:\n    endpoint: ${BOX}\n    credentials: hunter2\n`,
      "line 4: contexts.box.credentials is a text",
    ],
    [
      `contexts:\n  box:\n    endpoint: ${BOX}\n    credentials:\n      kind: dex-password\n      username: a\n      password: hunter2\n`,
      "contexts.box.credentials.password is a text",
    ],
    [`contexts:\n  box:\n    endpoint: ${BOX}\n    tls:\n      insecureSkipVerify: maybe\n`, "line 5: "],
  ])("is an error that names file, line and key: %j", async (text, why) => {
    const file = home.writeConfig(text);
    const { code, stderr } = await home.kfp(["experiments", "list"]);
    expect(code).toBe(2);
    expect(stderr).toContain(file);
    expect(stderr).toContain(why);
    expect(stderr).not.toContain("hunter2");
  });

  test("is not overwritten, and does not stop what needs none of it", async () => {
    home.writeConfig("contexts: [\n");
    expect(await home.kfp(["context", "set", "box", "--endpoint", BOX])).toMatchObject({ code: 2 });
    expect(home.config()).toBe("contexts: [\n");
    expect(await home.kfp(["--help"])).toMatchObject({ code: 0 });
    expect(await home.kfp(["profiles", "list", "--help"])).toMatchObject({ code: 0 });
  });

  test.skipIf(process.platform === "win32")("that everybody can change is refused", async () => {
    const file = home.writeConfig("contexts: {}\n");
    chmodSync(file, 0o666);
    expect(await home.kfp(["context", "list"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`chmod 600 ${file}`),
    });
  });

  test("that is empty, or says nothing but comments, is none", async () => {
    for (const text of ["", "# nothing\n", "contexts:\n"]) {
      home.writeConfig(text);
      expect(await home.kfp(["context", "list", "-o", "name"])).toMatchObject({ code: 0, stdout: "" });
    }
  });

  test("that is a directory, or cannot be written, is named", async () => {
    mkdirSync(home.path(".config/kfp-ts/config.yaml"), { recursive: true });
    expect(await home.kfp(["context", "list"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("it is a directory"),
    });
    home.write("plain", "");
    const set = ["context", "set", "box", "--endpoint", BOX];
    const { code, stderr } = await home.kfp(set, { env: { XDG_CONFIG_HOME: home.path("plain") } });
    expect(code).toBe(1);
    expect(stderr).toContain("is no directory");
  });

  test("without a home directory there are no contexts, and everything else works", async () => {
    server.answer(() => ({ body: {} }));
    const env = { HOME: "no-absolute-path" };
    expect(await home.kfp(["experiments", "list", "--endpoint", server.url], { env })).toMatchObject({ code: 0 });
    expect(await home.kfp(["context", "set", "box", "--endpoint", BOX], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("XDG_CONFIG_HOME"),
    });
  });
});

describe("what Python's kfp has kept", () => {
  const asked = async (argv: readonly string[]) => {
    const seen: { cookie: string | undefined; url: string | undefined }[] = [];
    server.answer(({ headers, url }) => {
      seen.push({ cookie: headers.cookie, url });
      return { body: {} };
    });
    const { code, stderr } = await home.kfp(argv);
    return { code, stderr, ...seen[0] };
  };
  const kept = () =>
    home.write(
      ".config/kfp/context.json",
      JSON.stringify({ namespace: "team-a\n", client_authentication_cookie: "authservice_session=hunter2" }),
    );

  test("is the last to say the namespace, and it is told", async () => {
    kept();
    const { stderr, url } = await asked(["experiments", "list", "--endpoint", server.url]);
    expect(url).toContain("namespace=team-a");
    expect(stderr).toContain("Using the namespace team-a, which Python's kfp has kept");
    expect((await asked(["experiments", "list", "--endpoint", server.url, "-n", "b"])).url).toContain("namespace=b");
  });

  test("its cookie is sent only where a context says so", async () => {
    kept();
    expect((await asked(["experiments", "list", "--endpoint", server.url])).cookie).toBeUndefined();
    const { stdout } = await home.kfp(["context", "show", "--endpoint", server.url]);
    expect(stdout).toContain("is not sent");
    expect(stdout).not.toContain("hunter2");
    await home.kfp(["context", "set", "here", "--endpoint", server.url, "--python-credentials"]);
    expect((await asked(["experiments", "list"])).cookie).toBe("authservice_session=hunter2");
  });

  test.each(["{", "[]", '{"namespace": 7}', ""])("is no obstacle where it is broken: %j", async (text) => {
    home.write(".config/kfp/context.json", text);
    expect((await asked(["experiments", "list", "--endpoint", server.url])).code).toBe(0);
  });
});
