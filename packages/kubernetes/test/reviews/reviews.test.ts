import { describe, expect, test } from "vitest";
import { createSubjectAccessReview, createToken, createTokenReview, type KubernetesError } from "../../src/index.ts";
import { clientOf, json, rejection, startServer, statusBody } from "../api-server.ts";

/** A server that answers every review with one status, and what it was asked. */
async function answering(status: object | undefined) {
  const server = await startServer((request, response) => json(response, 201, { ...JSON.parse(request.body), status }));
  const asked = () => {
    const { method, path, body } = server.seen[0] ?? { method: "", path: "", body: "null" };
    return { method, path, body: JSON.parse(body) };
  };
  return { kubernetes: await clientOf({ server: server.url }), asked };
}

describe("a token review", () => {
  test("gives the user and the audiences", async () => {
    const user = { username: "system:serviceaccount:a:b", uid: "1", groups: ["g"], extra: { k: ["v"] } };
    const { kubernetes, asked } = await answering({ authenticated: true, user, audiences: ["x"] });
    const review = await createTokenReview(kubernetes, { token: "t", audiences: ["x", "y"] });
    expect(review).toEqual({ authenticated: true, user, audiences: ["x"], error: "" });
    expect(asked()).toEqual({
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/tokenreviews",
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        spec: { token: "t", audiences: ["x", "y"] },
      },
    });
  });

  test("of a token that is nobody's gives no user, whatever else the answer says", async () => {
    const { kubernetes } = await answering({ user: { username: "x" }, error: "invalid bearer token" });
    expect(await createTokenReview(kubernetes, { token: "t" })).toEqual({
      authenticated: false,
      user: undefined,
      audiences: [],
      error: "invalid bearer token",
    });
  });

  test("without a status is no answer, neither yes nor no", async () => {
    const { kubernetes } = await answering(undefined);
    const error = await rejection<KubernetesError>(createTokenReview(kubernetes, { token: "a-secret-token" }));
    expect(error).toMatchObject({ name: "KubernetesError", status: 200 });
    expect(error.message).toBe("The TokenReview was answered without a status. Is this a Kubernetes API?");
  });
});

describe("a subject access review", () => {
  test("asks for a user and an action, and gives the reason", async () => {
    const { kubernetes, asked } = await answering({ allowed: true, reason: "RBAC: allowed by …" });
    const resourceAttributes = { namespace: "a", verb: "list", group: "pipelines.kubeflow.org", resource: "runs" };
    const review = await createSubjectAccessReview(kubernetes, { user: "u", groups: ["g"], resourceAttributes });
    expect(review).toEqual({ allowed: true, denied: false, reason: "RBAC: allowed by …", evaluationError: "" });
    expect(asked()).toEqual({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/subjectaccessreviews",
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SubjectAccessReview",
        spec: { user: "u", groups: ["g"], resourceAttributes },
      },
    });
  });

  test.each([{}, { allowed: "true" }, { allowed: false, denied: true }])("%j is a no", async (status) => {
    const { kubernetes } = await answering(status);
    const nonResourceAttributes = { path: "/healthz", verb: "get" };
    expect((await createSubjectAccessReview(kubernetes, { user: "u", nonResourceAttributes })).allowed).toBe(false);
  });

  test("without a status is no answer, neither yes nor no", async () => {
    const { kubernetes } = await answering(undefined);
    const review = createSubjectAccessReview(kubernetes, { user: "u", resourceAttributes: { verb: "get" } });
    expect((await rejection<KubernetesError>(review)).message).toMatch(/^The SubjectAccessReview was answered without/);
  });

  test("that is refused is an error", async () => {
    const server = await startServer((_, response) => json(response, 403, statusBody(403, "Forbidden", "you may not")));
    const kubernetes = await clientOf({ server: server.url });
    const nonResourceAttributes = { path: "/healthz", verb: "get" };
    const error = await rejection<KubernetesError>(
      createSubjectAccessReview(kubernetes, { user: "u", nonResourceAttributes }),
    );
    expect(error).toMatchObject({ status: 403, message: "you may not" });
  });
});

describe("a token request", () => {
  test("gives the token and when it ends", async () => {
    const { kubernetes, asked } = await answering({ token: "t", expirationTimestamp: "2030-01-01T00:00:00Z" });
    const created = await createToken(kubernetes, {
      namespace: "team-a",
      serviceAccount: "default-editor",
      audiences: ["pipelines.kubeflow.org"],
      expirationSeconds: 7_200,
    });
    expect(created).toEqual({ token: "t", expiresAt: new Date("2030-01-01T00:00:00Z") });
    expect(asked().path).toBe("/api/v1/namespaces/team-a/serviceaccounts/default-editor/token");
    expect(asked().body.spec).toEqual({ audiences: ["pipelines.kubeflow.org"], expirationSeconds: 7_200 });
  });

  test("keeps names inside of their place in the path", async () => {
    const { kubernetes, asked } = await answering({ token: "t", expirationTimestamp: "2030-01-01T00:00:00Z" });
    await createToken(kubernetes, { namespace: "../..", serviceAccount: "a/b?c" });
    expect(asked().path).toBe("/api/v1/namespaces/..%2F../serviceaccounts/a%2Fb%3Fc/token");
  });

  test.each([undefined, {}, { token: "t" }, { token: "t", expirationTimestamp: "soon" }])(
    "answered with %j is an error",
    async (status) => {
      const { kubernetes } = await answering(status);
      const error = await rejection<KubernetesError>(createToken(kubernetes, { namespace: "a", serviceAccount: "b" }));
      expect(error.message).toBe("The cluster made no token for a/b: its answer has none.");
    },
  );
});
