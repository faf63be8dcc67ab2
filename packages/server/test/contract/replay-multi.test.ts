import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identityHeader } from "../../src/authentication/identity-header.ts";
import { tokenReviewAuthenticator } from "../../src/authentication/token-review.ts";
import { type RunningServer, startServer } from "../../src/index.ts";
import type { ReviewToken } from "../../src/ports/token-review.ts";
import { rbacTable } from "./rbac-table.ts";
import { replayMulti } from "./replay-multi.ts";
import { readScenarios, recordingsPresent } from "./scenario.ts";

/** Takes the symbolic names themselves for tokens. */
const review: ReviewToken = async (token, audiences) => {
  const [, namespace, name] = /^([a-z-]+)\/([a-z-]+)$/.exec(token) ?? [];
  if (name === undefined) return { authenticated: false, user: "", audiences: [], error: "invalid bearer token" };
  return { authenticated: true, user: `system:serviceaccount:${namespace}:${name}`, audiences, error: "" };
};

describe.skipIf(!recordingsPresent)("what a real Kubeflow Pipelines answered to many users", () => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer({
      version: "0.0.0-test",
      database: { kind: "memory" },
      port: 0,
      multiUser: {
        authenticators: [identityHeader({ trust: { by: "any local client" } }), tokenReviewAuthenticator({ review })],
        authorizer: rbacTable(),
      },
    });
  });
  afterAll(() => server.close({ graceMs: 0 }));

  const scenarios = recordingsPresent ? readScenarios("multi") : [];
  it.concurrent.each(scenarios.map(({ name }) => name))(
    "is answered the same: %s",
    { timeout: 60_000 },
    async (name) => {
      const [outcome] = await replayMulti({ baseUrl: server.url, token: async (symbolic) => symbolic, only: [name] });
      expect(outcome?.failures).toEqual([]);
      expect(outcome?.left).toEqual([]);
    },
  );
});
