import type { Kubernetes } from "@kfp-ts/kubernetes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { kubernetesTokenReview } from "../../src/authentication/kubernetes-token-review.ts";
import { cachedAuthorizer } from "../../src/authorization/cached-authorizer.ts";
import { subjectAccessReviewAuthorizer } from "../../src/authorization/subject-access-review.ts";
import type { RunningServer } from "../../src/index.ts";
import { identityHeader, tokenReviewAuthenticator } from "../../src/index.ts";
import type { ResourceAttributes } from "../../src/ports/authorizer.ts";
import { missingReviewRights } from "../../src/reviews/review-rights.ts";
import { startTestServer } from "../test-server.ts";
import { type FakeCluster, fakeCluster, type Reaction } from "./fake-cluster.ts";

let cluster: FakeCluster;
beforeEach(async () => {
  cluster = await fakeCluster();
});
afterEach(() => cluster.close());

const attributes: ResourceAttributes = {
  namespace: "team-a",
  verb: "list",
  group: "pipelines.kubeflow.org",
  version: "v1beta1",
  resource: "runs",
  subresource: "",
  name: "",
};

/** Everything that a cluster may do instead of giving an answer, and when it makes sense to ask it again. */
const failures: ReadonlyArray<readonly [what: string, reaction: Reaction, seconds: number, message: RegExp]> = [
  ["500", () => 500, 5, /answers 500/],
  ["503", () => 503, 5, /answers 503/],
  ["404", () => 404, 5, /answers 404/],
  ["429", () => 429, 1, /too much to do/],
  ["429 and when", retryAfter(429, "17"), 17, /too much to do/],
  ["500 and when", retryAfter(500, "42"), 42, /answers 500/],
  ["a time to come back that is too long", retryAfter(503, "999999"), 3600, /answers 503/],
  ["401, to the server itself", () => 401, 30, /does not accept the credentials of this server/],
  ["something that is no JSON", (_review, response) => void response.writeHead(200).end("<html>"), 5, /cannot be read/],
  ["a review without a status", (_review, response) => void response.writeHead(201).end("{}"), 5, /cannot be read/],
  ["JSON that is no object", (_review, response) => void response.writeHead(200).end("null"), 5, /cannot be read/],
  ["a redirect", (_review, response) => void response.writeHead(302, { location: "/" }).end(), 5, /cannot be read/],
  ["nothing, for too long", () => undefined, 5, /does not answer/],
  ["half an answer", (_review, response) => void response.writeHead(201).write("{"), 5, /does not answer/],
  ["a broken connection", (_review, response) => void response.destroy(), 5, /does not answer/],
];

function retryAfter(status: number, value: string): Reaction {
  return (_review, response) => void response.writeHead(status, { "retry-after": value }).end("wait");
}

describe("an authorizer that asks a cluster", () => {
  const asking = () => subjectAccessReviewAuthorizer({ kubernetes: cluster.kubernetes, timeoutMs: 300 });

  test("asks for the user without groups and with every attribute", async () => {
    cluster.react(() => ({ allowed: true, reason: "RBAC: allowed by RoleBinding x" }));
    const decision = await asking().review("alice@example.com", attributes);
    expect(decision).toEqual({ allowed: true, reason: "RBAC: allowed by RoleBinding x" });
    expect(cluster.asked).toEqual([
      {
        path: "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        kind: "SubjectAccessReview",
        spec: { user: "alice@example.com", resourceAttributes: attributes },
      },
    ]);
  });

  test.each([
    [{ allowed: false }, ""],
    [{ allowed: false, reason: "no" }, "no"],
    [{ allowed: false, evaluationError: "role not found" }, "role not found"],
    [{ allowed: true, denied: true, reason: "never" }, "never"],
    [{ allowed: "true" }, ""],
  ])("takes %j for a no", async (status, reason) => {
    cluster.react(() => status);
    expect(await asking().review("vic", attributes)).toEqual({ allowed: false, reason });
  });

  test.each(failures)(
    "lets nobody in and refuses nobody where it gets %s",
    async (_what, reaction, seconds, message) => {
      cluster.react(reaction);
      await expect(asking().review("alice", attributes)).rejects.toMatchObject({
        name: "ReviewUnavailableError",
        retryAfterSeconds: seconds,
        message: expect.stringMatching(message),
      });
      cluster.react(() => ({ allowed: true }));
      expect((await asking().review("alice", attributes)).allowed).toBe(true);
    },
  );

  test("says which rule is missing where the server itself may not ask", async () => {
    cluster.react(() => 403);
    await expect(asking().review("alice", attributes)).rejects.toMatchObject({
      retryAfterSeconds: 30,
      message: expect.stringContaining(
        'rule {apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"]}',
      ),
    });
  });

  test("waits no longer for its own credentials than for the answer", async () => {
    // A program that a kubeconfig names for them may wait for a person, in front of no screen.
    const kubernetes: Kubernetes = {
      ...cluster.kubernetes,
      call: ({ signal }) =>
        new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    };
    const silence = { retryAfterSeconds: 5, message: expect.stringMatching(/does not answer/) };
    const authorizer = subjectAccessReviewAuthorizer({ kubernetes, timeoutMs: 20 });
    await expect(authorizer.review("alice", attributes)).rejects.toMatchObject(silence);
    const token = kubernetesTokenReview(kubernetes, { timeoutMs: 20 })("a-token", ["a"]);
    await expect(token).rejects.toMatchObject(silence);
  });

  test("goes on where a cluster that was gone is back", async () => {
    const authorizer = asking();
    cluster.react(() => ({ allowed: true }));
    await authorizer.review("alice", attributes);
    await cluster.stop();
    await expect(authorizer.review("alice", attributes)).rejects.toMatchObject({
      name: "ReviewUnavailableError",
      message: expect.stringMatching(/it does not answer: The Kubernetes API at http:\S+ refuses connections/),
    });
    await cluster.start();
    expect((await authorizer.review("alice", attributes)).allowed).toBe(true);
  });
});

describe("a cache of reviews", () => {
  const cached = (seconds?: number) => {
    let time = 0;
    const authorizer = subjectAccessReviewAuthorizer({ kubernetes: cluster.kubernetes, timeoutMs: 300 });
    return {
      ...cachedAuthorizer(authorizer, { seconds, clock: { now: () => time } }),
      wait: (seconds: number) => {
        time += seconds * 1000;
      },
    };
  };

  test("keeps what was allowed for ten seconds, for this user and these attributes", async () => {
    cluster.react(() => ({ allowed: true }));
    const { review, wait } = cached();
    await review("alice", attributes);
    wait(9);
    await review("alice", { ...attributes });
    expect(cluster.asked).toHaveLength(1);
    wait(1);
    await review("alice", attributes);
    expect(cluster.asked).toHaveLength(2);
    await review("vic", attributes);
    for (const key of Object.keys(attributes)) await review("alice", { ...attributes, [key]: "other" });
    expect(cluster.asked).toHaveLength(3 + Object.keys(attributes).length);
  });

  test("keeps neither denials nor failures: a right that was just given holds at once", async () => {
    const { review } = cached();
    expect((await review("alice", attributes)).allowed).toBe(false);
    cluster.react(() => 500);
    await expect(review("alice", attributes)).rejects.toThrow();
    cluster.react(() => ({ allowed: true }));
    expect((await review("alice", attributes)).allowed).toBe(true);
    expect(cluster.asked).toHaveLength(3);
  });

  test("keeps nothing about names that are longer than any: ten thousand of them would take a gigabyte", async () => {
    cluster.react(() => ({ allowed: true }));
    const { review } = cached();
    for (const name of ["x".repeat(1000), "x".repeat(100_000)]) {
      await review("alice", { ...attributes, name });
      await review("alice", { ...attributes, name });
    }
    expect(cluster.asked).toHaveLength(3);
  });

  test("of no seconds keeps nothing, and still asks once for all who ask the same at the same time", async () => {
    cluster.react(() => ({ allowed: true }));
    const { review } = cached(0);
    await Promise.all(Array.from({ length: 50 }, () => review("alice", attributes)));
    expect(cluster.asked).toHaveLength(1);
    await review("alice", attributes);
    expect(cluster.asked).toHaveLength(2);
  });
});

describe("a review of tokens by a cluster", () => {
  const reviewing = (token: string) =>
    kubernetesTokenReview(cluster.kubernetes, { timeoutMs: 300 })(token, ["pipelines.kubeflow.org"]);

  test("asks for the audience, and gives whose the token is", async () => {
    const user = { username: "system:serviceaccount:team-a:default-editor", groups: ["system:authenticated"] };
    cluster.react(() => ({ authenticated: true, user, audiences: ["pipelines.kubeflow.org"] }));
    expect(await reviewing("a-token")).toEqual({
      authenticated: true,
      user: user.username,
      audiences: ["pipelines.kubeflow.org"],
      error: "",
    });
    expect(cluster.asked).toEqual([
      {
        path: "/apis/authentication.k8s.io/v1/tokenreviews",
        kind: "TokenReview",
        spec: { token: "a-token", audiences: ["pipelines.kubeflow.org"] },
      },
    ]);
  });

  test.each(failures)("is neither good nor bad where it gets %s", async (_what, reaction, seconds, message) => {
    cluster.react(reaction);
    const failure: Error = await reviewing("a-secret-token").then(
      () => expect.unreachable(),
      (error) => error,
    );
    expect(failure).toMatchObject({
      name: "ReviewUnavailableError",
      retryAfterSeconds: seconds,
      message: expect.stringMatching(message),
    });
    expect(`${failure.stack} ${(failure.cause as Error).stack}`).not.toContain("a-secret-token");
  });
});

test("which rights to review are missing is asked of the cluster in the server's own name", async () => {
  cluster.react(({ kind, spec }) =>
    kind === "SelfSubjectReview"
      ? { userInfo: { username: "system:serviceaccount:kubeflow:other" } }
      : { allowed: JSON.stringify(spec).includes('"tokenreviews"') },
  );
  const { missing, yaml } = await missingReviewRights(cluster.kubernetes);
  expect(missing).toEqual(["subjectaccessreviews"]);
  expect(yaml).toContain("resources: [subjectaccessreviews]\n  verbs: [create]");
  expect(yaml).toContain("- kind: ServiceAccount\n  name: other\n  namespace: kubeflow\n");
  expect(cluster.asked.slice(0, 2).map(({ kind, spec }) => [kind, spec.resourceAttributes])).toEqual([
    ["SelfSubjectAccessReview", { verb: "create", group: "authentication.k8s.io", resource: "tokenreviews" }],
    ["SelfSubjectAccessReview", { verb: "create", group: "authorization.k8s.io", resource: "subjectaccessreviews" }],
  ]);
});

describe("a server whose cluster fails", () => {
  test("answers 503 with a time to come back, and goes on without a restart", async () => {
    const { kubernetes } = cluster;
    const server: RunningServer = await startTestServer({
      multiUser: {
        authenticators: [
          identityHeader(),
          tokenReviewAuthenticator({ review: kubernetesTokenReview(kubernetes, { timeoutMs: 300 }) }),
        ],
        authorizer: subjectAccessReviewAuthorizer({ kubernetes, timeoutMs: 300 }),
      },
    });
    const user = { username: "system:serviceaccount:team-a:default-editor" };
    const authenticated = { authenticated: true, user, audiences: ["pipelines.kubeflow.org"] };
    const good: Reaction = ({ kind }) => (kind === "TokenReview" ? authenticated : { allowed: true });
    const ask = (token: string) =>
      fetch(`${server.url}/apis/v2beta1/experiments?namespace=team-a`, {
        headers: { authorization: `Bearer ${token}` },
      });
    try {
      for (const [what, reaction, seconds] of failures) {
        cluster.react(reaction);
        const token = what.replaceAll(/[ ,]+/g, "-");
        const refused = await ask(`${token}-1`);
        expect([what, refused.status, refused.headers.get("retry-after")]).toEqual([what, 503, String(seconds)]);
        cluster.react((review, response) =>
          review.kind === "TokenReview" ? authenticated : reaction(review, response),
        );
        const undecided = await ask(`${token}-2`);
        expect([what, undecided.status, undecided.headers.get("retry-after")]).toEqual([what, 503, String(seconds)]);
        cluster.react(good);
        expect([what, (await ask(`${token}-1`)).status]).toEqual([what, 200]);
        cluster.react(() => ({}));
      }
    } finally {
      await server.close();
    }
  });
});
