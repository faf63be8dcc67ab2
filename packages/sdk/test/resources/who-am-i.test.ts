import { describe, expect, test } from "vitest";
import { bearerToken, Client, type Credentials } from "../../src/index.ts";
import { failureOf } from "../helpers/failure.ts";
import { type Answer, json, localServer, page, refusal } from "../helpers/local-server.ts";
import { usePipelinesServer } from "../helpers/pipelines-server.ts";
import { serviceAccountToken } from "../helpers/tokens.ts";

const user = "system:serviceaccount:team-a:default-editor";
const denied = (resource: string, namespace: string) =>
  refusal(
    7,
    `User '${user}' is not authorized with reason:  (request: &ResourceAttributes{Namespace:${namespace},Verb:list,Group:pipelines.kubeflow.org,Version:v1beta1,Resource:${resource},Subresource:,Name:,})`,
  );

/** A server for many users that answers lists so. */
const multiUser =
  (answer: Answer): Answer =>
  (request, response, count) =>
    request.url.includes("/healthz") ? json(response, 200, { multi_user: true }) : answer(request, response, count);
const clientOf = (origin: string, credentials: Credentials = bearerToken(serviceAccountToken())) =>
  new Client({ host: origin, credentials, maxRetries: 0 });

describe("whoAmI", () => {
  test("calls people by the address in their id token, whose subject is no name", async () => {
    const server = await localServer(multiUser((_request, response) => json(response, 200, {})));
    const idToken = serviceAccountToken({ sub: "CgQxMjM0EgVsb2NhbA", email: "user@example.com" });
    const { identity } = await clientOf(server.origin, bearerToken(idToken)).whoAmI({ namespace: "team-a" });
    expect(identity).toMatchObject({ user: "user@example.com", from: "token" });
  });

  test("asks for one item of each list in the namespace, and takes the name of the token that was accepted", async () => {
    const server = await localServer(multiUser((_request, response) => json(response, 200, {})));
    const me = await clientOf(server.origin).whoAmI({ namespace: "team-a" });
    const allowed = { list: "allowed" };
    expect(me).toEqual({
      host: server.origin,
      identity: { user, from: "token", expiresAt: expect.any(Date) },
      namespace: "team-a",
      multiUser: true,
      resources: {
        experiments: allowed,
        runs: allowed,
        recurringRuns: allowed,
        pipelines: allowed,
        sharedPipelines: allowed,
      },
    });
    expect(server.received.map(({ url }) => url.replace("/apis/v2beta1", "")).sort()).toEqual([
      "/experiments?page_size=1&namespace=team-a",
      "/healthz",
      "/pipelines?page_size=1",
      "/pipelines?page_size=1&namespace=team-a",
      "/recurringruns?page_size=1&namespace=team-a",
      "/runs?page_size=1&namespace=team-a",
    ]);
  });

  test("what is denied comes with the reason and the RoleBinding, and the server's own word for the user", async () => {
    const server = await localServer(
      multiUser(({ url }, response) =>
        url.includes("/runs?") ? json(response, 403, denied("runs", "team-b")) : json(response, 200, {}),
      ),
    );
    const cookie = { headers: () => ({ cookie: "session=x" }) };
    const { identity, resources } = await clientOf(server.origin, cookie).whoAmI({ namespace: "team-b" });
    expect(identity).toMatchObject({ user, from: "server" });
    expect(resources.runs).toMatchObject({ list: "denied", code: "PERMISSION_DENIED" });
    expect(resources.runs.reason).toContain("is not authorized");
    expect(resources.runs.fix).toContain("  namespace: team-b\nroleRef:");
    expect(resources.experiments.list).toBe("allowed");
  });

  test("a 401 is nobody, with the reason and what to do, although shared pipelines are listed to everybody", async () => {
    const server = await localServer(
      multiUser(({ url }, response) =>
        url.includes("/pipelines?page_size=1") && !url.includes("namespace")
          ? json(response, 200, {})
          : json(response, 401, refusal(16, "User identity is empty in the request header")),
      ),
    );
    const ended = bearerToken(serviceAccountToken({ exp: 1_700_000_000 }));
    const { identity, resources } = await clientOf(server.origin, ended).whoAmI({ namespace: "team-a" });
    expect(identity).toMatchObject({ user: undefined, from: "nobody", code: "TOKEN_EXPIRED" });
    expect(identity.reason).toContain("2023-11-14");
    expect(identity.expiresAt).toEqual(new Date(1_700_000_000_000));
    expect(resources.experiments.list).toBe("unknown");
    expect(resources.sharedPipelines.list).toBe("allowed");
  });

  test("a mesh that refuses everything denies, and says nothing of who is asking", async () => {
    const server = await localServer((_request, response) => page(response, 403, "text/plain", "RBAC: access denied"));
    const { identity, multiUser, resources } = await clientOf(server.origin).whoAmI({ namespace: "team-a" });
    expect(identity).toMatchObject({ user: undefined, from: "unknown" });
    expect(multiUser).toBeUndefined();
    expect(resources.runs).toMatchObject({ list: "denied", code: "MESH_DENIED" });
  });

  test("without a namespace a server for many users cannot say", async () => {
    const server = await localServer(
      multiUser((_request, response) =>
        json(response, 400, refusal(3, "A run cannot have an empty namespace in multi-user mode")),
      ),
    );
    const { identity, namespace, resources } = await clientOf(server.origin).whoAmI();
    expect(identity.from).toBe("unknown");
    expect(namespace).toBeUndefined();
    expect(resources.runs).toMatchObject({ list: "unknown", code: "NAMESPACE_REQUIRED" });
  });

  describe("with the session of a gateway, which says nothing to its client", () => {
    const session: Credentials = { headers: async () => ({ cookie: "session=1" }) };
    const whereNobodyIs = (answer: Answer): Answer =>
      multiUser((request, response, count) =>
        request.url.includes("namespace=kfp-ts-who-am-i") ? answer(request, response, count) : json(response, 200, {}),
      );

    test("learns the name from the refusal in a namespace of nobody", async () => {
      const refuse = whereNobodyIs((_request, response) => json(response, 403, denied("experiments", "x")));
      const { origin, received } = await localServer(refuse);
      const { identity, resources } = await clientOf(origin, session).whoAmI({ namespace: "team-a" });
      expect(identity).toMatchObject({ user, from: "server" });
      expect(resources.experiments.list).toBe("allowed");
      expect(received.filter(({ url }) => url.includes("kfp-ts-who-am-i"))).toHaveLength(1);
    });

    test.each<[string, Answer]>([
      ["an administrator may list there", (_request, response) => json(response, 200, {})],
      ["there is no such namespace", (_request, response) => json(response, 404, refusal(5, "no such namespace"))],
      ["the server fails over it", (_request, response) => json(response, 500, refusal(13, "boom"))],
      ["the mesh refuses", (_request, response) => page(response, 403, "text/plain", "RBAC: access denied")],
      ["nobody is known there", (_request, response) => json(response, 401, refusal(16, "Request header error"))],
    ])("all else that was learnt stands where %s", async (_case, answer) => {
      const { origin } = await localServer(whereNobodyIs(answer));
      const { identity, resources } = await clientOf(origin, session).whoAmI({ namespace: "team-a" });
      expect(identity).toMatchObject({ user: undefined, from: "unknown" });
      expect(Object.values(resources).map(({ list }) => list)).toEqual(Array(5).fill("allowed"));
    });

    test("asks nobody else where the name is known, or the server is for one user", async () => {
      const ofOne = await localServer((request, response) =>
        json(response, 200, request.url.includes("/healthz") ? { multi_user: false } : {}),
      );
      await clientOf(ofOne.origin, session).whoAmI();
      const ofMany = await localServer(multiUser((_request, response) => json(response, 200, {})));
      await clientOf(ofMany.origin).whoAmI({ namespace: "team-a" });
      for (const { received } of [ofOne, ofMany]) {
        expect(received.filter(({ url }) => url.includes("kfp-ts-who-am-i"))).toEqual([]);
      }
    });
  });

  test("no connection, and an answer of something else, are errors", async () => {
    expect((await failureOf(clientOf("http://127.0.0.1:1").whoAmI())).code).toBe("CONNECTION_REFUSED");
    const server = await localServer((_request, response) => json(response, 200, { hello: "world" }));
    expect((await failureOf(clientOf(server.origin).whoAmI())).code).toBe("NOT_THE_API");
    const broken = await localServer(multiUser((_request, response) => json(response, 500, refusal(13, "boom"))));
    expect((await failureOf(clientOf(broken.origin).whoAmI())).code).toBe("SERVER_ERROR");
  });

  test("a token that cannot be had is an error, and nothing is asked", async () => {
    const server = await localServer(multiUser((_request, response) => json(response, 200, {})));
    const error = await failureOf(
      clientOf(
        server.origin,
        bearerToken(() => ""),
      ).whoAmI(),
    );
    expect(error.code).toBe("CREDENTIALS_FAILED");
    expect(server.received.filter(({ url }) => !url.includes("healthz"))).toHaveLength(0);
  });
});

describe("on a server for one user", () => {
  const pipelines = usePipelinesServer();

  test("everything is allowed to somebody whom nobody asks for a name", async () => {
    const me = await pipelines.client.whoAmI({ namespace: "team-a" });
    expect(me).toMatchObject({ multiUser: false, identity: { user: undefined, from: "unknown" } });
    expect(Object.values(me.resources).map(({ list }) => list)).toEqual(Array(5).fill("allowed"));
  });
});
