import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startGateway } from "./gateway-under-test.ts";

const noCertificates = (() => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "the command openssl, which makes the certificate of this test, is missing";
  }
})();

function certificate(): { readonly cert: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), "kfp-ts-gateway-tls-"));
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", "tls.key", "-out", "tls.crt"];
  execFileSync("openssl", ["req", "-x509", ...curve, ...files, "-days", "2", "-subj", "/CN=localhost"], {
    cwd: folder,
    stdio: "ignore",
  });
  const file = (name: string): string => readFileSync(join(folder, name), "utf8");
  const made = { cert: file("tls.crt"), key: file("tls.key") };
  rmSync(folder, { recursive: true });
  return made;
}

/** Asks over HTTPS, with cookies, and keeps those that are set. */
function asking(port: number) {
  const jar = new Map<string, string>();
  const ask = (path: string, form?: string): Promise<{ location: string; cookies: readonly string[]; body: string }> =>
    new Promise((resolve, reject) => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = {
        host: `localhost:${port}`,
        cookie,
        ...(form && { origin: `https://localhost:${port}`, "content-type": "application/x-www-form-urlencoded" }),
      };
      const options = {
        host: "127.0.0.1",
        port,
        path,
        headers,
        rejectUnauthorized: false,
        method: form ? "POST" : "GET",
      };
      const sent = request(options, (incoming) => {
        let body = "";
        incoming.on("data", (chunk: Buffer) => {
          body += chunk.toString();
        });
        incoming.once("end", () => {
          const cookies = incoming.headers["set-cookie"] ?? [];
          for (const line of cookies) {
            const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
            jar.set(name, value);
          }
          resolve({ location: incoming.headers.location ?? "", cookies, body });
        });
      });
      sent.once("error", reject);
      sent.end(form);
    });
  return ask;
}

test.skipIf(noCertificates !== undefined)(
  "over HTTPS a login works, and its cookies are never sent without",
  async () => {
    await using under = await startGateway({ tls: certificate() });
    expect(under.gateway.url).toBe(`https://localhost:${under.gateway.port}`);
    expect(under.gateway.issuer).toBe(`${under.gateway.url}/dex`);
    const ask = asking(under.gateway.port);
    let answer = await ask("/oauth2/start?rd=/pipeline");
    const begun = answer.cookies;
    while (answer.location !== "") answer = await ask(answer.location);
    const action = (/ action="([^"]+)"/.exec(answer.body)?.[1] ?? "").replaceAll("&amp;", "&");
    answer = await ask(action, "login=user%40example.com&password=12341234");
    answer = await ask(answer.location);
    answer = await ask(answer.location);
    expect(answer.location).toBe("/pipeline");
    for (const line of [...begun, ...answer.cookies]) expect(line).toMatch(/; HttpOnly; SameSite=Lax; Secure$/);
    expect((await ask("/pipeline/apis/v2beta1/x")).body).toBe('{"user":"user@example.com"}');
  },
);
