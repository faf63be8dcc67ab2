import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { browserLogin, Client, type SessionStore, type StoredSession } from "@kfp-ts/sdk";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedKubeflow, serveKubeflow } from "../support/kubeflow-command.ts";
import { run } from "../support/run.ts";

const command = fileURLToPath(new URL("../../../packages/cli/dist/kfp-ts.js", import.meta.url));

const user = { name: "user@example.com", password: "12341234" };
const namespace = "kubeflow-user-example-com";

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env.KFP_TS_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
});
afterAll(() => browser.close());

/** A person's browser. What its console says beside the statuses that the test expects is kept. */
async function person(options: Parameters<Browser["newContext"]>[0] = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    const isStatus = /^Failed to load resource: the server responded with a status of 40[13]/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !isStatus) complaints.push(message.text());
  });
  return { context, page, complaints };
}

/** What axe-core finds on a page, in its words; it is run past the page's own rules, which let no script run. */
async function violations(page: Page): Promise<string[]> {
  // A page without scripts runs none of axe's either: it is looked at as the server sends it, in a window with scripts.
  const looking = await browser.newPage({ bypassCSP: true });
  try {
    await looking.setContent(await page.content());
    await looking.evaluate(axe.source);
    const found = (await looking.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
  } finally {
    await looking.close();
  }
}

/** What has the focus, as a screen reader would say it. */
const focused = (page: Page) =>
  page.evaluate("document.activeElement?.getAttribute('name') ?? document.activeElement?.textContent?.trim()");

/** Does something with the keyboard, and waits for the page that follows. */
async function press(page: Page, key: string): Promise<void> {
  const answered = page.waitForEvent("load");
  await page.keyboard.press(key);
  await answered;
}

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, what: string): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) {
    if ((await focused(page)) === what) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not lead to ${what}`);
}

/** Logs in from the page of the identity provider on. */
async function logIn(page: Page, password = user.password): Promise<void> {
  await tabTo(page, "login");
  await page.keyboard.type(user.name);
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("password");
  await page.keyboard.type(password);
  await press(page, "Enter");
}

const generations = [
  { kind: "oauth2-proxy", signOut: "/oauth2/sign_out", cookie: "oauth2_proxy_kubeflow" },
  { kind: "authservice", signOut: "/authservice/logout", cookie: "authservice_session" },
] as const;

describe.each(generations)("a person at the gateway of kind $kind", ({ kind, signOut, cookie }) => {
  let kubeflow: ServedKubeflow;
  let origin: string;

  beforeAll(async () => {
    kubeflow = await serveKubeflow("--gateway", kind);
    ({ origin } = new URL(kubeflow.gateway));
  });
  afterAll(() => kubeflow.stop());

  /** From the address that people are told to the page with the fields. */
  async function toTheLogin(page: Page): Promise<void> {
    await page.goto(kubeflow.gateway);
    if (kind !== "oauth2-proxy") return;
    expect(await page.title()).toContain("Sign In");
    expect(await violations(page)).toEqual([]);
    await tabTo(page, "Log in");
    await press(page, "Enter");
  }

  const sessionsOf = async (context: BrowserContext) =>
    (await context.cookies(origin)).filter(({ name }) => name.startsWith(cookie) && !name.includes("csrf"));
  const statusWith = async (header: string) =>
    (
      await fetch(`${kubeflow.gateway}/apis/v2beta1/experiments?namespace=${namespace}`, {
        headers: { cookie: header },
        redirect: "manual",
      })
    ).status;

  it.each([
    ["with scripts", true],
    ["without scripts", false],
  ])("logs in with the keyboard, sees who they are, and logs out for good, %s", async (_what, javaScriptEnabled) => {
    const { context, page, complaints } = await person({ javaScriptEnabled });
    await toTheLogin(page);
    expect(await violations(page)).toEqual([]);
    await logIn(page);
    expect(new URL(page.url()).pathname).toBe("/pipeline");
    expect(await page.textContent("main")).toContain(`You are logged in as ${user.name}. Your profile: ${namespace}.`);
    expect(await violations(page)).toEqual([]);

    const session = await sessionsOf(context);
    expect(session).not.toEqual([]);
    for (const one of session) expect(one).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    const header = session.map(({ name, value }) => `${name}=${value}`).join("; ");
    expect(await statusWith(header)).toBe(200);

    await tabTo(page, "Log out");
    await press(page, "Enter");
    expect(page.url()).toBe(origin + signOut);
    expect(await page.textContent("main")).toContain(user.name);
    expect(await violations(page)).toEqual([]);
    await tabTo(page, "Log out");
    await press(page, "Enter");
    expect(await page.textContent("h1")).toBe("You are logged out");
    expect(await violations(page)).toEqual([]);
    expect(await sessionsOf(context)).toEqual([]);
    // A copy of the cookie is of no use either.
    expect(await statusWith(header)).toBe(kind === "oauth2-proxy" ? 401 : 302);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("is told of a wrong password, keeps the name, and has the field to correct before them", async () => {
    const { context, page, complaints } = await person();
    await toTheLogin(page);
    await logIn(page, "wrong");
    expect(await page.textContent("[role=alert], .error")).toContain("Invalid");
    expect(await page.inputValue("[name=login]")).toBe(user.name);
    expect(await page.inputValue("[name=password]")).toBe("");
    expect(await focused(page)).toBe("password");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type(user.password);
    await press(page, "Enter");
    expect(new URL(page.url()).pathname).toBe("/pipeline");
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("can read every page on a telephone and in the dark", async () => {
    const { context, page } = await person({ viewport: { width: 320, height: 600 }, colorScheme: "dark" });
    await toTheLogin(page);
    for (const then of [() => logIn(page), () => page.goto(origin + signOut)]) {
      const wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      expect(await page.evaluate(wide)).toBe(0);
      await then();
    }
    await context.close();
  });

  it("logs the SDK in: browserLogin opens a page, the person fills it in, and calls go through", async () => {
    const { context, page, complaints } = await person();
    let shown = "";
    const open = async (url: string): Promise<void> => {
      await page.goto(url);
      const filled = async (): Promise<void> => {
        await logIn(page);
        shown = (await page.textContent("main")) ?? "";
      };
      filled().catch((error: unknown) => complaints.push(String(error)));
    };
    const kept: StoredSession[] = [];
    const sessions: SessionStore = {
      load: async () => undefined,
      save: async (_key, session) => void kept.push(session),
      delete: async () => undefined,
    };
    const credentials = browserLogin({ open, sessions, timeoutMs: 60_000 });
    const kfp = new Client({ host: kubeflow.gateway, namespace, credentials });
    const pages = await Promise.all([1, 2, 3].map(() => kfp.experiments.list()));
    expect(pages.map(({ totalSize }) => totalSize)).toEqual([1, 1, 1].map(() => pages[0]?.totalSize));
    // What renews the login without a person.
    expect(kept).toMatchObject([{ kind: "tokens", refreshToken: expect.stringMatching(/.{20}/) }]);
    expect((await kfp.whoAmI({ namespace })).identity).toMatchObject({ user: user.name });
    await expect.poll(() => shown).toContain("You are logged in");
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await kfp.close();
    await context.close();
  });

  it("logs the command in where it can open no window itself: kfp-ts login --browser tells where to go", async () => {
    const { context, page } = await person();
    const home = mkdtempSync(join(tmpdir(), "kfp-ts-login-"));
    // No program that opens a browser is found there, and no session of anybody else.
    const env = { HOME: home, PATH: home, XDG_RUNTIME_DIR: home, NO_COLOR: "1" };
    const child = spawn(process.execPath, [command, "login", kubeflow.gateway, "--browser"], { env });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    await expect.poll(() => said, { timeout: 20_000 }).toMatch(/Log in in a browser: http:\S+\n/);
    await page.goto(/Log in in a browser: (\S+)/.exec(said)?.[1] ?? "");
    await logIn(page);
    expect(await ended, said).toBe(0);
    expect(said).toContain(`Logged in at ${kubeflow.gateway} as ${user.name}.`);
    const { stdout } = await run(process.execPath, [command, "whoami", "-n", namespace, "-o", "json"], { env });
    expect(JSON.parse(stdout)).toMatchObject({ identity: { user: user.name } });
    await context.close();
    rmSync(home, { recursive: true });
  });
});
