import { describe, expect, test } from "vitest";
import { type Approach, createGuard, GuardOptionError } from "../../src/http/guard.ts";

const plain: Approach = { hosts: ["localhost:3000"], origins: [], fetchSite: undefined };
const guard = createGuard({
  allowedHosts: ["kfp.example", "10.1.2.3:8080", "::5"],
  allowOrigins: ["https://portal.example"],
});

function statusOf(approach: Partial<Approach>): number {
  const verdict = guard({ ...plain, ...approach });
  return verdict.allowed ? 200 : verdict.status;
}

describe("the guard", () => {
  test("lets in what no browser has sent", () => {
    expect(statusOf({})).toBe(200);
  });

  test("wants one Host, no more and no less", () => {
    expect(statusOf({ hosts: [] })).toBe(400);
    expect(statusOf({ hosts: [""] })).toBe(400);
    expect(statusOf({ hosts: ["localhost", "localhost"] })).toBe(400);
    expect(statusOf({ hosts: ["localhost", "evil.com"] })).toBe(400);
  });

  test("does not answer to a name that somebody has let point here", () => {
    expect(statusOf({ hosts: ["evil.com"] })).toBe(421);
    expect(statusOf({ hosts: ["rebound.evil.com:3000"], origins: ["http://rebound.evil.com:3000"] })).toBe(421);
    expect(statusOf({ hosts: ["rebound.evil.com"], fetchSite: "same-origin" })).toBe(421);
  });

  test("remembers a good host and still refuses the next bad one", () => {
    expect(statusOf({})).toBe(200);
    expect(statusOf({ hosts: ["evil.com"] })).toBe(421);
    expect(statusOf({})).toBe(200);
  });

  test("answers to the hosts that it is allowed to, on their port where they name one", () => {
    expect(statusOf({ hosts: ["kfp.example"] })).toBe(200);
    expect(statusOf({ hosts: ["KFP.example:9999"] })).toBe(200);
    expect(statusOf({ hosts: ["sub.kfp.example"] })).toBe(421);
    expect(statusOf({ hosts: ["10.1.2.3:8080"] })).toBe(200);
    expect(statusOf({ hosts: ["10.1.2.3"] })).toBe(421);
    expect(statusOf({ hosts: ["[::5]:1"] })).toBe(200);
  });

  test("looks at the authority of an absolute target as well", () => {
    expect(statusOf({ authority: "127.0.0.1:3000" })).toBe(200);
    expect(statusOf({ authority: "evil.com" })).toBe(421);
  });

  test("lets pages of its own origin in, and no others", () => {
    expect(statusOf({ origins: ["http://localhost:3000"], fetchSite: "same-origin" })).toBe(200);
    for (const origin of [
      "null",
      "http://localhost:8080",
      "https://localhost:3000",
      "http://evil.com",
      "http://127.0.0.1:3000",
      "",
    ]) {
      expect(statusOf({ origins: [origin] }), origin).toBe(403);
    }
    expect(statusOf({ origins: ["http://localhost:3000", "http://localhost:3000"] })).toBe(400);
  });

  test("knows its own origin on the default port, which browsers leave out", () => {
    expect(statusOf({ hosts: ["ml-pipeline-ui:80"], origins: ["http://ml-pipeline-ui"] })).toBe(200);
    expect(statusOf({ hosts: ["ml-pipeline-ui"], origins: ["http://ml-pipeline-ui"] })).toBe(200);
  });

  test("refuses what a page of another site has caused, be it a navigation or an image", () => {
    for (const fetchSite of ["cross-site", "same-site", "same-origin, cross-site", "other"]) {
      expect(statusOf({ fetchSite }), fetchSite).toBe(403);
    }
    expect(statusOf({ fetchSite: "none" })).toBe(200);
    expect(statusOf({ fetchSite: "same-origin" })).toBe(200);
  });

  test("lets an allowed origin in, which is cross-site by nature", () => {
    const verdict = guard({ ...plain, origins: ["https://portal.example"], fetchSite: "cross-site" });
    expect(verdict).toEqual({ allowed: true, crossOrigin: "https://portal.example" });
    expect(statusOf({ origins: ["https://portal.example.evil.com"] })).toBe(403);
    expect(statusOf({ origins: ["http://portal.example"] })).toBe(403);
  });

  test.each(["", "a b", "http://kfp.example", "kfp.example/", "kfp.example:x", "*"])(
    "%j is no host to allow",
    (host) => {
      expect(() => createGuard({ allowedHosts: [host] })).toThrow(GuardOptionError);
    },
  );

  test.each(["", "*", "null", "portal.example", "https://portal.example/app", "https://u@portal.example", "file:///x"])(
    "%j is no origin to allow",
    (origin) => {
      expect(() => createGuard({ allowOrigins: [origin] })).toThrow(GuardOptionError);
    },
  );
});
