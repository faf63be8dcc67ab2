import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type RunningServer, startServer } from "@kfp-ts/server";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const inRoot = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** The bundle as it is published; the page imports it under its name, as a bundler or an import map has it. */
let bundle: string;
let portal: Server;
let server: RunningServer;
let closed: RunningServer;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  execFileSync(process.execPath, [inRoot("scripts/build.mjs")], { stdio: "pipe" });
  bundle = readFileSync(inRoot("packages/sdk/dist/browser.js"), "utf8");
  portal = createServer(({ url = "" }, response) => {
    if (url === "/sdk.js") response.writeHead(200, { "content-type": "text/javascript" }).end(bundle);
    else if (url === "/pipeline.yaml") response.end(readFileSync(inRoot("examples/hello-world.yaml")));
    else if (url.startsWith("/login/")) response.writeHead(302, { location: "/dex/auth" }).end();
    else if (url.startsWith("/apis/")) response.writeHead(200, { "content-type": "text/html" }).end("<html></html>");
    else if (url.startsWith("/slow/")) setTimeout(() => response.end("{}"), 20_000).unref();
    else {
      const map = JSON.stringify({ imports: { "@kfp-ts/sdk": "/sdk.js" } });
      response.writeHead(200, { "content-type": "text/html" });
      response.end(`<!doctype html><title>portal</title><script type="importmap">${map}</script>`);
    }
  });
  await new Promise<void>((resolve) => portal.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
  const options = { version: "test", port: 0, database: { kind: "memory" } } as const;
  server = await startServer({ ...options, allowOrigins: [origin] });
  closed = await startServer(options);
  browser = await chromium.launch({
    executablePath: process.env.KFP_TS_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  page = await browser.newPage();
  await page.goto(origin);
});

afterAll(async () => {
  await browser.close();
  portal.closeAllConnections();
  await Promise.all([new Promise((resolve) => portal.close(resolve)), server.close(), closed.close()]);
});

/** Runs the body of a function in the page; `sdk` is the package, `kfp` a client of the server. */
function inPage(body: string): Promise<unknown> {
  return page.evaluate(`(async () => {
    const sdk = await import("@kfp-ts/sdk");
    const kfp = new sdk.Client({ host: ${JSON.stringify(server.url)} });
    ${body}
  })()`);
}

/** The error with which a call in the page fails. */
const failureInPage = (call: string) =>
  inPage(`try { await (${call}); return "no failure"; } catch (error) {
    return { code: error.code, message: error.message, fix: error.fix, ofKfp: sdk.isKfpError(error) };
  }`);

describe("the SDK in a web page whose origin the server allows", () => {
  it("asks what the server is, creates, lists and deletes", async () => {
    const seen = await inPage(`
      const health = await kfp.healthz.get();
      const made = await kfp.experiments.create({ displayName: "from a page" });
      const names = [];
      for await (const { displayName } of kfp.experiments.list({ pageSize: 1, sortBy: "name" })) names.push(displayName);
      await kfp.experiments.archive(made.experimentId);
      await kfp.experiments.delete(made.experimentId);
      return { multiUser: health.multiUser, isDate: made.createdAt instanceof Date, names };
    `);
    expect(seen).toEqual({ multiUser: false, isDate: true, names: ["Default", "from a page"] });
  });

  it.each([
    ["bytes", "{ bytes: new Uint8Array(await file.arrayBuffer()), fileName: 'pipeline.yaml' }"],
    ["a stream", "{ stream: file.stream(), size: file.size, fileName: 'pipeline.yaml' }"],
    ["text", "{ text: await file.text() }"],
  ])("uploads a pipeline from %s with progress, runs it, and looks at the run", async (kind, source) => {
    const seen = (await inPage(`
      const file = await (await fetch("/pipeline.yaml")).blob();
      const progress = [];
      const name = ${JSON.stringify(`from ${kind}`)};
      const pipeline = await kfp.pipelines.upload({ ...${source}, name, onProgress: ({ sentBytes }) => progress.push(sentBytes) });
      const run = await kfp.runs.createFromPipeline({ pipelineName: name, parameters: { recipient: "browser" } });
      const { name: inPackage } = await sdk.readPackage({ text: await file.text() });
      return { name: pipeline.name, state: run.state, size: file.size, progress, inPackage };
    `)) as { progress: number[]; size: number };
    expect(seen).toMatchObject({ name: `from ${kind}`, state: "PENDING", inPackage: "hello-world" });
    expect(seen.progress.at(-1)).toBe(seen.size);
  });

  it("reads archives, which a browser unpacks by itself", async () => {
    const read = await inPage(`
      const text = await (await fetch("/pipeline.yaml")).text();
      const header = new Uint8Array(512);
      const put = (at, value) => header.set(new TextEncoder().encode(value), at);
      const content = new TextEncoder().encode(text);
      put(0, "pipeline.yaml"); put(124, content.length.toString(8).padStart(11, "0")); put(156, "0"); put(257, "ustar");
      put(148, "        ");
      put(148, header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0") + "\\0 ");
      const tar = new Blob([header, content, new Uint8Array(1024 + (512 - (content.length % 512)))]);
      const packed = await new Response(tar.stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
      return (await sdk.readPackage({ bytes: new Uint8Array(packed) })).name;
    `);
    expect(read).toBe("hello-world");
  });

  it("gives the API's refusals with their codes", async () => {
    expect(await failureInPage(`kfp.experiments.getByName("nobody made it")`)).toMatchObject({
      code: "NOT_FOUND",
      ofKfp: true,
    });
    expect(await failureInPage(`kfp.experiments.create({ displayName: "default" })`)).toMatchObject({
      code: "ALREADY_EXISTS",
    });
  });

  it("stops when it is told to, and when the time is over", async () => {
    const slow = `new sdk.Client({ host: location.origin + "/slow", maxRetries: 0 })`;
    expect(await failureInPage(`${slow}.healthz.get({ timeoutMs: 100 })`)).toMatchObject({ code: "TIMEOUT" });
    expect(await failureInPage(`${slow}.healthz.get({ signal: AbortSignal.abort(new Error("mine")) })`)).toMatchObject({
      message: "mine",
      ofKfp: false,
    });
  });
});

describe("what a page cannot do is a clear error", () => {
  it("a redirection to a login page is LOGIN_REQUIRED, though a browser hides where it leads", async () => {
    const call = `new sdk.Client({ host: location.origin + "/login" }).experiments.list()`;
    expect(await failureInPage(call)).toMatchObject({ code: "LOGIN_REQUIRED" });
  });

  it("a page instead of an answer is NOT_THE_API", async () => {
    const call = `new sdk.Client({ host: location.origin }).experiments.list()`;
    expect(await failureInPage(call)).toMatchObject({ code: "NOT_THE_API" });
  });

  it("a server that does not allow the page's origin cannot be used, and the error says where to look", async () => {
    const call = `new sdk.Client({ host: ${JSON.stringify(closed.url)}, maxRetries: 0 }).experiments.list()`;
    expect(await failureInPage(call)).toMatchObject({
      code: "CONNECTION_FAILED",
      fix: expect.stringContaining("allows this page's origin"),
    });
  });

  it("files by path, certificates and proxies are refused with what to do instead", async () => {
    expect(await failureInPage(`kfp.pipelines.upload({ path: "pipeline.yaml" })`)).toMatchObject({
      code: "NOT_SUPPORTED_HERE",
      fix: expect.stringContaining("bytes"),
    });
    expect(
      await failureInPage(`(async () => new sdk.Client({ host: location.origin, proxy: "http://p" }))()`),
    ).toMatchObject({ code: "BAD_OPTION" });
    expect(await failureInPage(`(async () => sdk.nodeHttpTransport({}))()`)).toMatchObject({
      code: "NOT_SUPPORTED_HERE",
    });
    expect(await failureInPage(`(async () => new sdk.Client())()`)).toMatchObject({ code: "NO_ENDPOINT" });
  });
});

it("both entries of the SDK have the same names", async () => {
  const inNode = Object.keys(await import(inRoot("packages/sdk/dist/index.js"))).sort();
  const inBrowser = (await inPage(`return Object.keys(sdk).sort();`)) as string[];
  expect(inNode).toEqual(expect.arrayContaining(["Client", "filter", "isKfpError", "readPackage"]));
  expect(inBrowser).toEqual(inNode);
});
