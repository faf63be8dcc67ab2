import { describe, expect, test } from "vitest";
import { cannedServer } from "../canned-server.ts";
import { outcomeOf } from "../embedded.ts";
import { fakeIo } from "../fake-io.ts";

const server = cannedServer();
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
      escape,
    );
    expect((await doctor(["--endpoint", server.url])).stdout).not.toContain(green);
  });
});
