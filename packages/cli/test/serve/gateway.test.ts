import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import { announcedServers } from "@kfp-ts/sdk/announcements";
import { afterEach, beforeEach, expect, test } from "vitest";
import { outcomeOf } from "../embedded.ts";
import { type Fake, fakeIo } from "../fake-io.ts";

let folder = "";
const running: { fake: Fake; outcome: Promise<unknown> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kfp-ts-gateway-test-"));
});
afterEach(async () => {
  for (const { fake, outcome } of running.splice(0)) {
    fake.signal("SIGTERM");
    await outcome;
  }
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({ XDG_RUNTIME_DIR: folder, XDG_DATA_HOME: join(folder, "share"), HOME: folder, TMPDIR: folder });
const kfp = (...argv: string[]) => outcomeOf(fakeIo({ argv, env: env() }));
const box = (...argv: string[]) => kfp("serve", "--kubeflow", "--port", "0", "--data", join(folder, "data"), ...argv);

/** Starts a box with a gateway, and gives what it says when it is ready. */
async function serve(...argv: string[]) {
  const data = ["--data", join(folder, "data"), "--log-level", "error"];
  const ports = ["--port", "0", "--gateway-port", "0"];
  const fake = fakeIo({ argv: ["serve", "--kubeflow", ...ports, ...data, ...argv], env: env() });
  const outcome = outcomeOf(fake);
  running.push({ fake, outcome });
  for (;;) {
    const said = fake.stdout();
    const [, gateway] = / gateway +(\S+)\/pipeline/.exec(said) ?? [];
    if (gateway !== undefined && said.includes("Ctrl-C"))
      return { gateway: gateway.replace("localhost", "127.0.0.1"), said };
    const ended = await Promise.race([outcome, new Promise((resolve) => setTimeout(resolve, 5))]);
    if (ended !== undefined) throw new Error(JSON.stringify(ended));
  }
}

/** Writes a file of users with one alone: alice@example.com, "password". @returns its path */
async function aliceAlone(): Promise<string> {
  const users = join(folder, "users.yaml");
  const hash = "$2a$10$2b2cU8CPhOTaGrs1HRQuAueS7JTT5ZHsHSzYiFPm1leZck7Mc8T4W";
  await writeFile(users, `staticPasswords:\n- email: alice@example.com\n  userID: alice\n  hash: "${hash}"\n`, {
    mode: 0o600,
  });
  return users;
}

/** Logs in as a person does, and gives the cookies. @returns undefined where the password is wrong */
async function logIn(gateway: string, login: string, password: string): Promise<string | undefined> {
  const jar = new Map<string, string>();
  const ask = async (path: string, form?: URLSearchParams): Promise<Response> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(`${gateway}${path}`, {
      redirect: "manual",
      headers: { cookie },
      ...(form && { method: "POST", body: form }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get("location");
    return location === null || form !== undefined ? answer : ask(location);
  };
  const page = await (await ask("/oauth2/start?rd=/pipeline")).text();
  const action = (/ action="([^"]+)"/.exec(page)?.[1] ?? "").replaceAll("&amp;", "&");
  const sent = await ask(action, new URLSearchParams({ login, password }));
  if (sent.status === 401) return undefined;
  await ask(sent.headers.get("location") ?? "");
  return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
}

const listed = async (gateway: string, cookie: string, namespace = "kubeflow-user-example-com") =>
  (await fetch(`${gateway}/pipeline/apis/v2beta1/experiments?namespace=${namespace}`, { headers: { cookie } })).status;

test("it announces its gateway beside itself, until it stops", async () => {
  const { said } = await serve();
  const [, gateway = ""] = / gateway +(\S+)/.exec(said) ?? [];
  expect(await announcedServers(env())).toMatchObject([{ multiUser: true, gateway, processId: process.pid }]);
  for (const { fake, outcome } of running.splice(0)) {
    fake.signal("SIGTERM");
    await outcome;
  }
  expect(await announcedServers(env())).toEqual([]);
});

test("a newcomer logs in as the banner says, and has the rights of their profile and no others", async () => {
  const { gateway, said } = await serve();
  expect(said).toMatch(/ gateway {5}http:\/\/localhost:\d+\/pipeline\n {2}log in {6}user@example.com \/ 12341234\n/);
  expect(said).toMatch(/ command {5}kfp-ts login http:\/\/localhost:\d+\/pipeline\n/);
  expect(await logIn(gateway, "user@example.com", "wrong")).toBeUndefined();
  const cookie = (await logIn(gateway, "user@example.com", "12341234")) ?? "";
  expect(await listed(gateway, cookie)).toBe(200);
  expect(await listed(gateway, cookie, "kubeflow")).toBe(403);
  expect(await listed(gateway, "")).toBe(401);
  const page = await fetch(`${gateway}/pipeline`, { headers: { cookie } });
  expect(page.status).toBe(200);
});

test("who knows another password than the one of everybody logs in with that, and the banner tells none", async () => {
  const { gateway, said } = await serve("--passwords", await aliceAlone(), "--gateway", "oauth2-proxy");
  expect(said).not.toContain("12341234");
  expect(await logIn(gateway, "user@example.com", "12341234")).toBeUndefined();
  expect(await listed(gateway, (await logIn(gateway, "alice@example.com", "password")) ?? "")).toBe(403);
});

test("whoever comes through a proxy that ends HTTPS is told that address, and nobody the numbers over all users", async () => {
  const { gateway } = await serve("--external-url", "https://kubeflow.example.com", "--passwords", await aliceAlone());
  const cookie = (await logIn(gateway, "alice@example.com", "password")) ?? "";
  const ask = async (path: string, host: string) =>
    new Promise<string>((resolve, reject) => {
      const sent = request(`${gateway}${path}`, { headers: { cookie, host } }, async (answer) => {
        resolve(`${answer.statusCode} ${await textOf(answer)}`);
      });
      sent.once("error", reject).end();
    });
  const page = await ask("/pipeline", "kubeflow.example.com");
  expect(page).toContain("https://kubeflow.example.com/pipeline");
  expect(page).not.toContain("http://kubeflow.example.com");
  expect(await ask("/metrics", "kubeflow.example.com")).toMatch(/^404 /);
});

test("programs with tokens of service accounts come in with --m2m, for its audience", async () => {
  const { gateway } = await serve("--m2m", "gateway");
  const tokenFor = async (audience: string) =>
    (
      await kfp(
        ...["tokens", "create", "default-editor", "--namespace", "kubeflow-user-example-com"],
        ...["--audience", audience, "--data", join(folder, "data")],
      )
    ).stdout.trim();
  const ask = async (token: string) =>
    (
      await fetch(`${gateway}/pipeline/apis/v2beta1/experiments?namespace=kubeflow-user-example-com`, {
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;
  expect(await ask(await tokenFor("gateway"))).toBe(200);
  expect(await ask(await tokenFor("pipelines.kubeflow.org"))).toBe(403);
});

test("others than this machine are not let in while everybody knows a password", async () => {
  for (const open of [
    ["--gateway-host", "0.0.0.0"],
    ["--external-url", "https://kubeflow.example.com"],
  ]) {
    expect(await box("--gateway-port", "0", ...open)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("user@example.com has the password 12341234, which everybody knows"),
    });
  }
});

test("a port that is taken is told with the option that says another one", async () => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen(0, "127.0.0.1", () => resolve((other.address() as { port: number }).port));
  });
  try {
    const taken = await box("--gateway-port", String(port));
    expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining(`cannot listen on port ${port}`) });
    expect(taken.stderr).toContain("Give --gateway-port another port");
  } finally {
    other.close();
  }
});

test.each([
  [["--gateway", "istio"], '"istio" is no gateway; there are oauth2-proxy, authservice, none'],
  [["--gateway", "none", "--m2m", "x"], "--m2m means something to a gateway"],
  [["--m2m", "x", "--m2m-any-audience"], "--m2m and --m2m-any-audience exclude each other"],
  [["--oidc-issuer", "https://accounts.example.com"], "belong together"],
  [["--gateway-host", ""], '"" is neither an IP address nor a name'],
  [["--gateway-host", "127.1"], '"127.1" is neither an IP address nor a name'],
  [["--gateway-host", "[::1]"], '"[::1]" is neither an IP address nor a name'],
  [["--external-url", "https://example.com/kubeflow"], "the gateway lives at no path but at the root"],
  [["--external-url", "kubeflow"], '--external-url is "kubeflow", which is no URL'],
])("options that make no sense together are wrong usage: %j", async (argv, message) => {
  expect(await box(...argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
});

test("options of the gateway mean nothing without full Kubeflow", async () => {
  const alone = await kfp("serve", "--in-memory", "--port", "0", "--gateway-port", "0");
  expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining("--gateway-port means something to full") });
});
