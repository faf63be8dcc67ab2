import { expect, test } from "vitest";
import type { StoredCookie } from "../../src/index.ts";
import { LoginSession } from "../../src/sessions/login-session.ts";
import { nodeHttpTransport } from "../../src/transport/node-http.ts";

const endpoint = "http://localhost:8080/pipeline";
const cookieEnding = (name: string, expiresAt: number | undefined): StoredCookie => ({
  name,
  value: "x",
  domain: "localhost",
  hostOnly: true,
  path: "/",
  secure: false,
  httpOnly: true,
  expiresAt,
});

test("a session tells when the first of its cookies ends, and nothing before there is one", async () => {
  const first = Date.now() + 60_000;
  const cookies = [cookieEnding("a", first + 1), cookieEnding("b", first), cookieEnding("c", undefined)];
  const session = new LoginSession({ logIn: async () => ({ cookies }), user: "user@example.com" });
  expect(session.endsAt(endpoint)).toBeUndefined();
  const transport = nodeHttpTransport({ connectTimeoutMs: 1_000 });
  const { signal } = new AbortController();
  await session.headers({ endpoint, method: "GET", url: `${endpoint}/apis/v2beta1/healthz`, transport, signal });
  expect(session.endsAt(endpoint)).toEqual(new Date(first));
  expect(session.endsAt("http://localhost:9090")).toBeUndefined();
});
