import { chmodSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cannedServer } from "../canned-server.ts";
import { ownHome } from "../contexts/home.ts";
import { outcomeOf } from "../embedded.ts";
import { fakeIo } from "../fake-io.ts";
import { scriptedGateway } from "../scripted-gateway.ts";

const home = ownHome();
const gateway = scriptedGateway();
const open = cannedServer();
const SESSIONS = ".local/state/kfp-ts/sessions.json";
const REFUSED = ".local/state/kfp-ts/refused-passwords.json";

const typed = { terminal: true, hidden: ["lovelace"], env: { NO_COLOR: "1" } };
const logIn = (...more: string[]) =>
  home.kfp(["login", "--endpoint", gateway.endpoint, "--username", "ada", ...more], typed);
/** A context that finds the password in the variable PW. */
const setBox = () =>
  home.kfp(
    ["context", "set", "box", "--endpoint", gateway.endpoint].concat(["--username", "ada", "--password-env", "PW"]),
  );
const list = (...more: string[]) => home.kfp(["experiments", "list", ...more]);

describe("login", () => {
  test("asks for the name and, unseen, for the password; the next commands just work", async () => {
    const argv = ["login", "--endpoint", gateway.endpoint];
    const { code, stdout, stderr } = await home.kfp(argv, { ...typed, lines: ["ada"] });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("Username: Password of ada: \n");
    expect(stderr).toContain(`Logged in at ${gateway.endpoint} as ada.`);
    expect(stderr).not.toContain("lovelace");
    expect(await list("--endpoint", gateway.endpoint)).toMatchObject({ code: 0 });
    expect(await list()).toMatchObject({ code: 0 });
    expect(gateway.state.logins).toBe(1);
  });

  test("keeps the session closed to others, and the password nowhere", async () => {
    await logIn();
    expect(home.modeOf(SESSIONS)).toBe(0o600);
    expect(home.modeOf(".local/state/kfp-ts")).toBe(0o700);
    const text = readFileSync(home.path(SESSIONS), "utf8");
    expect(text).toContain("hunter1");
    expect(text + home.config()).not.toContain("lovelace");
    expect(home.config()).not.toContain("hunter1");
  });

  test("works with the gateway of Kubeflow up to 1.8 as well", async () => {
    gateway.state.generation = "authservice";
    expect(await logIn()).toMatchObject({ code: 0 });
    expect(await list()).toMatchObject({ code: 0 });
  });

  test("takes the endpoint as an argument, too, and not twice", async () => {
    const argv = ["login", gateway.endpoint, "--username", "ada"];
    expect(await home.kfp(argv, typed)).toMatchObject({ code: 0 });
    expect(await list()).toMatchObject({ code: 0 });
    const twice = await home.kfp([...argv, "--endpoint", gateway.endpoint], typed);
    expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining("said twice") });
  });

  test("reads the password from a pipe", async () => {
    const argv = ["login", "--endpoint", gateway.endpoint, "--username", "ada", "--password-stdin"];
    expect(await home.kfp(argv, { lines: ["lovelace"] })).toMatchObject({ code: 0 });
    expect(await list()).toMatchObject({ code: 0 });
  });

  test("a wrong password is said, once tried, and nothing is kept", async () => {
    const argv = ["login", "--endpoint", gateway.endpoint, "--username", "ada", "--password-stdin"];
    const { code, stderr } = await home.kfp(argv, { lines: ["hunter2"] });
    expect(code).toBe(4);
    expect(stderr).not.toContain("hunter2");
    expect(await list("--endpoint", gateway.endpoint)).toMatchObject({ code: 4 });
  });

  test("refuses --password with the reason, and does not repeat it", async () => {
    const { code, stderr } = await logIn("--password", "hunter2");
    expect(code).toBe(2);
    expect(stderr).toContain("everybody on this machine can read arguments");
    expect(stderr).not.toContain("hunter2");
  });

  test.each([
    [["--username", "ada"], "--password-stdin"],
    [[], "--username"],
  ])("without a terminal it says what to give: %j", async (more, option) => {
    const outcome = await home.kfp(["login", "--endpoint", gateway.endpoint, ...more]);
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(option) });
  });

  test("at an endpoint that asks nobody there is nothing to do: exit code 0", async () => {
    open.answer(({ url }) => ({ body: url?.includes("healthz") ? { multi_user: false } : {} }));
    const { code, stderr } = await home.kfp(["login", "--endpoint", open.url]);
    expect(code).toBe(0);
    expect(stderr).toContain("asks nobody to log in");
  });

  test("where there are contexts, they stay as they are; --save-as makes one and uses it", async () => {
    await home.kfp(["context", "set", "other", "--endpoint", "https://other.example.com"]);
    expect((await logIn()).stderr).toContain("--save-as NAME");
    expect(home.config()).toContain("current: other");
    await logIn("--save-as", "box");
    expect(home.config()).toContain("current: box");
    expect(await list()).toMatchObject({ code: 0 });
    expect((await home.kfp(["context", "show"])).stdout).toContain("ada, as kfp-ts login has saved it");
  });

  test("--verbose tells neither the password nor the session", async () => {
    const { stderr } = await logIn("--verbose");
    const listed = await list("--verbose");
    expect(listed.stderr).toContain("cookie: oauth2_proxy_kubeflow=***");
    expect(stderr + listed.stderr).not.toMatch(/lovelace|hunter/);
  });

  test("of logins at the same time none is lost", async () => {
    await Promise.all(Array.from({ length: 5 }, (_, index) => logIn("--save-as", `c${index}`)));
    const { stdout } = await home.kfp(["context", "list", "-o", "name"]);
    expect(stdout.trim().split("\n")).toHaveLength(5);
    expect(await list()).toMatchObject({ code: 0 });
  });

  test("Ctrl-C while the password is typed ends with 130, and nothing is kept", async () => {
    const fake = fakeIo({
      argv: ["login", "--endpoint", gateway.endpoint, "--username", "ada"],
      env: home.env(),
      terminal: true,
    });
    const asked = new Promise<void>((resolve) => {
      Object.assign(fake.io.stdin, {
        readHidden: () => {
          resolve();
          return new Promise(() => {});
        },
      });
    });
    const outcome = outcomeOf(fake);
    await asked;
    fake.signal("SIGINT");
    expect(await outcome).toMatchObject({ code: 130 });
    expect(gateway.state.logins).toBe(0);
  });
});

describe("a session that has ended", () => {
  test("is said, with the command that begins another", async () => {
    await logIn();
    gateway.state.sessions.clear();
    const { code, stderr } = await list("--endpoint", gateway.endpoint);
    expect(code).toBe(4);
    expect(stderr).toContain("The saved session has ended. Log in again: kfp-ts login");
  });

  test("is renewed by itself, and kept, where the context says where the password is", async () => {
    const env = { PW: "lovelace" };
    await setBox();
    expect(await home.kfp(["experiments", "list"], { env })).toMatchObject({ code: 0 });
    expect(await home.kfp(["experiments", "list"], { env })).toMatchObject({ code: 0 });
    expect(gateway.state.logins).toBe(1);
    gateway.state.sessions.clear();
    expect(await home.kfp(["experiments", "list"], { env })).toMatchObject({ code: 0 });
    expect(await home.kfp(["experiments", "list"])).toMatchObject({ code: 0 });
    expect(gateway.state.logins).toBe(2);
  });

  test("is renewed once for all commands that find it ended at the same time, and kept whole", async () => {
    await setBox();
    await home.kfp(["experiments", "list"], { env: { PW: "lovelace" } });
    gateway.state.sessions.clear();
    const all = Array.from({ length: 20 }, () => home.kfp(["experiments", "list"], { env: { PW: "lovelace" } }));
    expect((await Promise.all(all)).map(({ code }) => code)).toEqual(Array(20).fill(0));
    expect(gateway.state.logins).toBe(2);
    const { sessions } = JSON.parse(readFileSync(home.path(SESSIONS), "utf8"));
    expect(sessions).toMatchObject([{ user: "ada", session: { cookies: [{ expiresAt: expect.any(Number) }] } }]);
  });

  test("whose password is wrong is one refusal for any number of commands; another password is tried at once", async () => {
    await setBox();
    const wrong = () => home.kfp(["experiments", "list"], { env: { PW: "hunter2", NO_COLOR: "1" } });
    const outcomes = await Promise.all(Array.from({ length: 10 }, wrong));
    expect(outcomes.every(({ code }) => code !== 0)).toBe(true);
    expect(gateway.state.refusals).toBe(1);
    const { stderr } = await wrong();
    expect(stderr).toMatch(/could lock the account[\s\S]*Correct the password where the context says it is/);
    expect(readFileSync(home.path(REFUSED), "utf8") + stderr).not.toContain("hunter2");
    expect(home.modeOf(REFUSED)).toBe(0o600);
    expect(await home.kfp(["experiments", "list"], { env: { PW: "lovelace" } })).toMatchObject({ code: 0 });
    expect(await home.kfp(["experiments", "list"])).toMatchObject({ code: 0 });
  });

  test("is used for the one command where nothing can be kept, which is said", async () => {
    await setBox();
    // A file stands where the folder of the sessions would be.
    home.write(".local/state", "");
    const { code, stderr } = await home.kfp(["experiments", "list"], { env: { PW: "lovelace" } });
    expect({ code, logins: gateway.state.logins }).toEqual({ code: 0, logins: 1 });
    expect(stderr).toContain("The session is not kept for the next command");
  });

  test("whose cookie the gateway renews goes on with the next command", async () => {
    gateway.state.renews = true;
    await logIn();
    for (let command = 0; command < 3; command += 1) expect(await list()).toMatchObject({ code: 0 });
    expect(readFileSync(home.path(SESSIONS), "utf8")).toMatch(/"hunter1[+]{4,}"/);
    expect(gateway.state.logins).toBe(1);
  });

  test("a variable that holds no password is named", async () => {
    await setBox();
    expect(await list()).toMatchObject({ code: 4, stderr: expect.stringContaining("The variable PW") });
  });

  test("a file of a password that others can read is refused", async () => {
    const file = home.write("pw", "lovelace\n");
    await home.kfp([
      "context",
      "set",
      "box",
      "--endpoint",
      gateway.endpoint,
      "--username",
      "ada",
      "--password-file",
      file,
    ]);
    expect(await list()).toMatchObject({ code: 0 });
    chmodSync(file, 0o644);
    gateway.state.sessions.clear();
    expect(await list()).toMatchObject({ code: 4, stderr: expect.stringContaining(`chmod 600 ${file}`) });
  });

  test("sessions that others on the machine can read are refused", async () => {
    await logIn();
    chmodSync(home.path(SESSIONS), 0o644);
    const { code, stderr } = await list();
    expect(code).toBe(1);
    expect(stderr).toContain(`chmod 600 ${home.path(SESSIONS)}`);
  });

  test("cookies in it that are none are passed over", async () => {
    await logIn();
    const session = { kind: "cookies", cookies: [null], savedAt: 1 };
    home.write(
      SESSIONS,
      JSON.stringify({ version: 1, sessions: [{ endpoint: gateway.endpoint, user: "ada", session }] }),
    );
    expect(await list("--endpoint", gateway.endpoint)).toMatchObject({ code: 4 });
  });

  test("a file of sessions that is broken is as good as none", async () => {
    await logIn();
    home.write(SESSIONS, "{");
    expect(await list()).toMatchObject({ code: 4, stderr: expect.stringContaining("kfp-ts login") });
    expect(await logIn()).toMatchObject({ code: 0 });
  });

  test("goes to its endpoint and nowhere else", async () => {
    await logIn();
    let cookie: string | undefined = "";
    open.answer(({ headers }) => {
      cookie = headers.cookie;
      return { body: {} };
    });
    expect(await list("--endpoint", open.url)).toMatchObject({ code: 0 });
    expect(cookie).toBeUndefined();
  });
});

describe("logout", () => {
  test("ends the session at the gateway and here", async () => {
    await logIn();
    const { code, stderr } = await home.kfp(["logout"]);
    expect(code).toBe(0);
    expect(stderr).toContain("The session of ada");
    expect(stderr).toContain("It has ended at the gateway, too.");
    expect(gateway.state.signOuts).toEqual(["POST /oauth2/sign_out"]);
    expect(readFileSync(home.path(SESSIONS), "utf8")).not.toContain("hunter1");
    expect(await list()).toMatchObject({ code: 4 });
    expect((await home.kfp(["logout"])).stderr).toContain("is kept");
  });

  test("shows oidc-authservice the session as it wants it", async () => {
    gateway.state.generation = "authservice";
    await logIn();
    await home.kfp(["logout"]);
    expect(gateway.state.signOuts).toEqual(["POST /authservice/logout Bearer hunter1"]);
  });

  test("says what it could not end", async () => {
    gateway.state.ends = false;
    await logIn();
    expect((await home.kfp(["logout"])).stderr).toContain("until it ends by itself");
  });

  test("--all ends those at all endpoints", async () => {
    await logIn();
    expect(await home.kfp(["logout", "--all"])).toMatchObject({ code: 0 });
    expect((await home.kfp(["logout", "--all"])).stderr).toContain("No sessions are kept.");
  });
});

test("whoami says which context and which login are used", async () => {
  await logIn("--save-as", "box");
  const { stdout } = await home.kfp(["whoami"]);
  expect(stdout).toMatch(/Context:\s+box/);
  expect(stdout).toContain(`the login of ada, kept in ${home.path(SESSIONS)}`);
});
