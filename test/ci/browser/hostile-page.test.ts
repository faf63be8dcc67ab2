import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type RunningServer, startServer } from "@kfp-ts/server";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

const attacker = "attacker.example";
const rebound = "rebound.example";
let server: RunningServer;
let hostile: Server;
let hostilePort: number;
let browser: Browser;

beforeAll(async () => {
  server = await startServer({ version: "test", port: 0, database: { kind: "memory" } });
  hostile = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<!doctype html><title>hostile</title><body>");
  });
  await new Promise<void>((resolve) => {
    hostile.listen(0, "127.0.0.1", resolve);
  });
  hostilePort = (hostile.address() as AddressInfo).port;
  browser = await chromium.launch({
    executablePath: process.env.KFP_TS_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", `--host-resolver-rules=MAP ${attacker} 127.0.0.1, MAP ${rebound} 127.0.0.1`],
  });
});

afterAll(async () => {
  await browser.close();
  await new Promise((resolve) => {
    hostile.close(resolve);
  });
  await server.close();
});

/** What a program without a browser sees: only the experiment that is always there. */
async function experimentNames(): Promise<string[]> {
  const answer = await fetch(`${server.url}/apis/v2beta1/experiments`);
  const { experiments } = (await answer.json()) as { experiments: Array<{ display_name: string }> };
  return experiments.map(({ display_name }) => display_name);
}

beforeEach(async () => {
  expect(await experimentNames()).toEqual(["Default"]);
});

/** The ways in which a page can send something without being asked for permission first. */
const simpleRequests = `
  const body = JSON.stringify({ display_name: "planted" });
  const results = [];
  for (const path of ["/apis/v2beta1/experiments", "/pipeline/apis/v2beta1/experiments"]) {
    for (const options of [
      { method: "POST", body, mode: "no-cors" },
      { method: "POST", body, mode: "no-cors", headers: { "content-type": "text/plain" } },
      { method: "POST", body, mode: "cors", headers: { "content-type": "application/json" } },
      { method: "GET", mode: "cors" },
      { method: "GET", mode: "no-cors", credentials: "include" },
    ]) {
      try {
        const answer = await fetch(target + path, options);
        results.push(answer.type === "opaque" ? "opaque" : answer.status + " " + (await answer.text()));
      } catch (error) {
        results.push("failed");
      }
    }
  }
  navigator.sendBeacon(target + "/apis/v2beta1/experiments", body);
  return results;
`;

describe("a page of somebody else", () => {
  it.each([attacker, "127.0.0.1", "localhost"])("on %s can neither read nor change anything", async (host) => {
    const page = await browser.newPage();
    await page.goto(`http://${host}:${hostilePort}/`);
    const results = await page.evaluate(
      `(async () => { const target = ${JSON.stringify(server.url)}; ${simpleRequests} })()`,
    );
    for (const result of results as string[]) expect(result).toMatch(/^(opaque|failed)$/);
    await page.close();
    expect(await experimentNames()).toEqual(["Default"]);
  });

  it("cannot post a form", async () => {
    const page = await browser.newPage();
    await page.goto(`http://${attacker}:${hostilePort}/`);
    await page.setContent(`
      <form method="post" enctype="text/plain" action="${server.url}/apis/v2beta1/experiments">
        <input name='{"display_name":"planted","description":"' value='"}'>
      </form>`);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().startsWith(server.url)),
      page.evaluate("document.forms[0].submit()"),
    ]);
    expect(answer.status()).toBe(403);
    await page.close();
    expect(await experimentNames()).toEqual(["Default"]);
  });

  it("cannot show the server in a frame", async () => {
    const page = await browser.newPage();
    await page.goto(`http://${attacker}:${hostilePort}/`);
    const answer = page.waitForResponse((response) => response.url().startsWith(server.url));
    await page.setContent(`<iframe src="${server.url}/pipeline/"></iframe>`);
    expect((await answer).status()).toBe(403);
    await page.close();
  });

  it("cannot come back under a name that now leads here", async () => {
    const page = await browser.newPage();
    const answer = await page.goto(`http://${rebound}:${server.port}/pipeline/`);
    expect(answer?.status()).toBe(421);
    const results = await page.evaluate(
      `(async () => { const target = "http://${rebound}:${server.port}"; ${simpleRequests} })()`,
    );
    // Same origin now, so the page may read what it is told: that it has come to the wrong place.
    for (const result of results as string[]) expect(result).toMatch(/^(421 |opaque|failed)/);
    await page.close();
    expect(await experimentNames()).toEqual(["Default"]);
  });
});

describe("the server's own page", () => {
  it("opens when its address is typed, and says how to connect", async () => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    const answer = await page.goto(`${server.url}/`);
    expect(answer?.status()).toBe(200);
    expect(await page.locator("body").innerText()).toContain(server.url);
    expect(await page.locator("body").innerText()).toMatch(/import \{ Client \} from "@kfp-ts\/sdk"/);
    expect(problems.filter((text) => !text.includes("favicon"))).toEqual([]);
    await page.close();
  });
});
