import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { cannedServer } from "../canned-server.ts";
import { outcomeOf } from "../embedded.ts";
import { fakeIo } from "../fake-io.ts";

const server = cannedServer();

// What connect() finds is what this user has: nothing of that is to matter here.
let home = "";
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "kfp-ts-doctor-"));
});
beforeEach(() => {
  vi.stubEnv("HOME", home);
  for (const name of ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "KUBECONFIG", "KFP_CONTEXT"]) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(home, { recursive: true, force: true }));
const doctor = (argv: readonly string[], env: Readonly<Record<string, string>> = {}, terminal = false) =>
  outcomeOf(fakeIo({ argv: ["doctor", ...argv], env, terminal }));

describe("kfp-ts doctor", () => {
  test("says that all is well, and what was looked at, and ends with 0", async () => {
    server.answer(() => ({ body: { multi_user: false, tag_name: "2.17.0" } }));
    const { code, stdout } = await doctor(["--endpoint", server.url]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +tcp +127\.0\.0\.1:\d+ accepts connections/m);
    expect(stdout).toMatch(/^All is well: connected to http:\/\/127\.0\.0\.1/m);
  });

  test("ends with what is wrong, the fix, and where to read more, and with 3 where there is no connection", async () => {
    const { code, stdout } = await doctor(["--endpoint", "http://127.0.0.1:1"], { LANG: "en_GB.UTF-8" });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^✗ +tcp +127\.0\.0\.1:1: nothing listens there/m);
    expect(stdout).toMatch(
      /\nCONNECTION_REFUSED: .*\n\nfix: .*\n\nmore: kfp-ts explain CONNECTION_REFUSED, or docs\/errors\/CONNECTION_REFUSED\.md\n$/,
    );
  });

  test("ends with 4 where you are not known, and says how to log in", async () => {
    server.answer(() => ({
      status: 403,
      headers: { "content-type": "text/html" },
      body: "<title>Sign in</title><form action='/oauth2/start'>",
    }));
    const { code, stdout } = await doctor(["--endpoint", server.url]);
    expect(code).toBe(4);
    expect(stdout).toContain(`fix: Log in: kfp-ts login --endpoint ${server.url}`);
  });

  test("as JSON has the verdict and the probes, and nothing beside it, whatever comes of it", async () => {
    server.answer(() => ({ body: { multi_user: false } }));
    for (const endpoint of [server.url, "http://127.0.0.1:1", "http://me:secret@127.0.0.1:1", "nonsense://x"]) {
      const { stdout } = await doctor(["--json", "--endpoint", endpoint]);
      const { verdict, probes, ...rest } = JSON.parse(stdout);
      expect(Object.keys(verdict)).toEqual(["ok", "code", "cause", "fix", "docs"]);
      expect(Array.isArray(probes)).toBe(true);
      expect(rest).toEqual({});
      expect(stdout).not.toContain("secret@");
    }
  });

  test.each([
    [["--no-such-option"]],
    [["--endpoint"]],
    [["--timeout", "soon", "--endpoint", "nonsense"]],
    [["too", "many"]],
  ])("as JSON has a verdict even where the words make no sense: %j", async (words) => {
    const { code, stdout, stderr } = await doctor(["--json", ...words]);
    expect(code).toBe(2);
    const { verdict, probes } = JSON.parse(stdout);
    expect(verdict).toMatchObject({ ok: false, code: "BAD_OPTION", docs: "docs/errors/BAD_OPTION.md" });
    expect(stderr).toContain(verdict.cause);
    expect(probes).toEqual([]);
  });

  test("where there is no server to be found, has everything that was looked at", async () => {
    const { code, stdout } = await doctor(["--json"]);
    expect(code).toBe(3);
    const { verdict, probes } = JSON.parse(stdout);
    expect(verdict.code).toBe("NO_ENDPOINT");
    expect(verdict.fix).toContain("kfp-ts serve");
    expect(probes.filter(({ name }: { name: string }) => name === "way").length).toBeGreaterThan(1);
  });

  test("has colours on a terminal only, and never with NO_COLOR", async () => {
    server.answer(() => ({ body: { multi_user: false } }));
    const green = "\u001b[32m";
    expect((await doctor(["--endpoint", server.url], { TERM: "xterm" }, true)).stdout).toContain(green);
    expect((await doctor(["--endpoint", server.url], { TERM: "xterm", NO_COLOR: "1" }, true)).stdout).not.toContain(
      "\u001b",
    );
    expect((await doctor(["--endpoint", server.url])).stdout).not.toContain(green);
  });

  test("in a pod without a token prints the PodDefault that gives it one, ready for kubectl apply", async () => {
    server.answer(() => ({ status: 401, body: { code: 16, message: "there is no user identity header" } }));
    vi.stubEnv("KUBERNETES_SERVICE_HOST", "10.96.0.1");
    vi.stubEnv("KF_PIPELINES_SA_TOKEN_PATH", "/nonexistent/kfp-ts/token");
    try {
      const { code, stdout } = await doctor(["--json", "--endpoint", server.url, "--namespace", "team-a"]);
      expect(code).toBe(4);
      const { verdict, probes } = JSON.parse(stdout);
      expect(verdict.code).toBe("NO_IDENTITY");
      expect(probes).toContainEqual(expect.objectContaining({ name: "files", code: "TOKEN_FILE_MISSING" }));
      expect(load(verdict.fix.slice(verdict.fix.indexOf("apiVersion:")))).toMatchObject({
        kind: "PodDefault",
        metadata: { namespace: "team-a" },
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test("outside of pods speaks of no PodDefault", async () => {
    server.answer(() => ({ status: 401, body: { code: 16, message: "there is no user identity header" } }));
    expect((await doctor(["--endpoint", server.url])).stdout).not.toContain("PodDefault");
  });

  test("prints no secret, whoever says it and wherever it stands, neither as it is nor encoded", async () => {
    const secret = "s3cr3t+of/somebody==";
    const given = {
      HTTPS_PROXY: `http://me:${secret}@proxy.example.com:3128`,
      KFP_PASSWORD: secret,
      KFP_EXISTING_TOKEN: secret,
    };
    for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
    // A server that repeats what it was sent.
    server.answer(({ headers: { authorization = "" } }) => ({
      status: 401,
      headers: { "content-type": "text/plain", "set-cookie": `sid=${secret}`, server: "echo" },
      body: `not known: ${authorization}`,
    }));
    try {
      for (const more of [[], ["--json"]]) {
        const argv = ["--endpoint", server.url, "--namespace", "team-a", ...more];
        const { stdout, stderr } = await doctor(argv, given);
        expect(stdout).toContain("proxy.example.com");
        const base64 = Buffer.from(secret).toString("base64");
        for (const form of [secret, encodeURIComponent(secret), base64, base64.replaceAll("=", ""), "s3cr3t"]) {
          expect(stdout + stderr).not.toContain(form);
        }
      }
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
