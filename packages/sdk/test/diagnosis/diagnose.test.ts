import { expect, test } from "vitest";
import { bearerToken, type Diagnosis, dexPassword, diagnose } from "../../src/index.ts";
import { gateway } from "../connect/scene.ts";
import { json, localServer, page } from "../helpers/local-server.ts";
import { scriptedGateway } from "../login/scripted-gateway.ts";

const healthy = { multi_user: false, tag_name: "2.17.0" };
const user = "system:serviceaccount:team-b:default-editor";
const denial = (namespace: string, resource: string) => ({
  code: 7,
  message: `User '${user}' is not authorized with reason:  (request: &ResourceAttributes{Namespace:${namespace},Verb:list,Group:pipelines.kubeflow.org,Version:v1beta1,Resource:${resource},Subresource:,Name:,})`,
});

const of = ({ probes }: Diagnosis, name: string) => probes.filter((probe) => probe.name === name);

test("all is well at a healthy server, and every layer has been looked at", async () => {
  const { origin } = await localServer((_request, response) => json(response, 200, healthy));
  const diagnosis = await diagnose({ host: origin });
  expect(diagnosis.verdict).toMatchObject({ ok: true, code: undefined });
  expect(diagnosis.verdict.cause).toContain(origin);
  expect([...new Set(diagnosis.probes.map(({ name }) => name))]).toEqual([
    "environment",
    "files",
    "proxy",
    "tcp",
    "http",
    "gateway",
    "login",
    "identity",
    "namespace",
    "versions",
    "clock",
  ]);
  expect(of(diagnosis, "versions")[0]?.saw).toContain("2.17.0");
  expect(of(diagnosis, "clock")[0]?.outcome).toBe("good");
});

test("a path that is wrong is a failure, with the endpoint that would be right", async () => {
  const { origin } = await localServer(({ url }, response) =>
    url.startsWith("/pipeline/apis/")
      ? json(response, 200, healthy)
      : page(response, 404, "text/plain", "no such page"),
  );
  const { verdict } = await diagnose({ host: origin });
  expect(verdict).toMatchObject({ ok: false, code: "WRONG_PATH", docs: "docs/errors/WRONG_PATH.md" });
  expect(verdict.fix).toContain(`${origin}/pipeline`);
});

test("a denial in the namespace is a failure, with the RoleBinding that would allow it", async () => {
  const { origin } = await localServer(({ url }, response) => {
    if (url.includes("/healthz")) return json(response, 200, { multi_user: true });
    if (url.includes("/runs?")) return json(response, 403, denial("team-a", "runs"));
    return url.includes("kfp-ts-who-am-i")
      ? json(response, 403, denial("kfp-ts-who-am-i", "experiments"))
      : json(response, 200, {});
  });
  const diagnosis = await diagnose({
    host: origin,
    namespace: "team-a",
    credentials: bearerToken("some.opaque-token"),
  });
  expect(diagnosis.verdict).toMatchObject({ ok: false, code: "PERMISSION_DENIED" });
  expect(diagnosis.verdict.fix).toContain("kind: RoleBinding");
  expect(of(diagnosis, "identity")[0]?.saw).toContain(user);
  expect(of(diagnosis, "namespace")[0]).toMatchObject({ outcome: "failed", code: "PERMISSION_DENIED" });
});

test("a token that looks ended where the clocks differ is a matter of the clocks", async () => {
  const { origin } = await localServer((_request, response) =>
    page(response, 401, "text/plain", "Jwt is expired", { date: new Date(Date.now() + 7_200_000).toUTCString() }),
  );
  const claims = Buffer.from(JSON.stringify({ sub: "ada", exp: Date.now() / 1000 + 3_600 })).toString("base64url");
  const diagnosis = await diagnose({ host: origin, credentials: bearerToken(`e30.${claims}.c2ln`) });
  expect(diagnosis.verdict).toMatchObject({ ok: false, code: "CLOCKS_DIFFER" });
  expect(diagnosis.verdict.cause).toContain("120 minutes ahead");
  expect(of(diagnosis, "clock")[0]).toMatchObject({ outcome: "noted", code: "CLOCKS_DIFFER" });
});

test("a certificate that has ended is shown with its days", async () => {
  const { origin } = await localServer((_request, response) => json(response, 200, healthy), "expired");
  const diagnosis = await diagnose({ host: origin });
  expect(diagnosis.verdict.ok).toBe(false);
  expect(of(diagnosis, "tls")[0]).toMatchObject({ outcome: "failed" });
  expect(of(diagnosis, "tls")[0]?.saw).toMatch(/valid from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d/);
});

test("a server that says nothing does not hold it up", async () => {
  const { origin } = await localServer(() => new Promise(() => undefined));
  const diagnosis = await diagnose({ host: origin, withinMs: 600 });
  expect(diagnosis.verdict.ok).toBe(false);
  expect(["TIMEOUT", "TOTAL_TIMEOUT"]).toContain(diagnosis.verdict.code);
  expect(of(diagnosis, "tcp")[0]?.outcome).toBe("good");
});

test("whoever gives up gets their own reason at once", async () => {
  const { origin } = await localServer(() => new Promise(() => undefined));
  const stop = new AbortController();
  const reason = new Error("enough");
  const diagnosing = diagnose({ host: origin, signal: stop.signal });
  stop.abort(reason);
  await expect(diagnosing).rejects.toBe(reason);
});

test("a gateway that wants a login is called by its name", async () => {
  const { origin } = await localServer(gateway);
  const diagnosis = await diagnose({ host: `${origin}/pipeline` });
  expect(diagnosis.verdict).toMatchObject({ ok: false, code: "LOGIN_REQUIRED" });
  expect(of(diagnosis, "gateway")[0]?.saw).toBe("oauth2-proxy stands before the API and wants a login");
});

test("a wrong password is sent once", async () => {
  const { origin, received } = await scriptedGateway();
  const credentials = dexPassword({ username: "ada@example.com", password: "not-the-password" });
  const { verdict } = await diagnose({ host: `${origin}/pipeline`, credentials });
  expect(verdict).toMatchObject({ ok: false, code: "LOGIN_REFUSED" });
  expect(received.filter(({ method, body }) => method === "POST" && body.includes("password"))).toHaveLength(1);
});

test("no secret is in it", async () => {
  const secrets = ["s3cr3t-token-value", "s3cr3t-cookie", "s3cr3t-password"];
  const { origin } = await localServer((_request, response) =>
    json(
      response,
      401,
      { code: 16, message: "Review.Status.Authenticated is false" },
      { "set-cookie": "sid=s3cr3t-cookie" },
    ),
  );
  const env = {
    HTTPS_PROXY: "http://me:s3cr3t-password@proxy.example.com:3128",
    KFP_EXISTING_TOKEN: "s3cr3t-token-value",
  };
  Object.assign(process.env, env);
  try {
    const text = JSON.stringify(
      await diagnose({
        host: origin,
        credentials: bearerToken("s3cr3t-token-value"),
        headers: { "x-api-key": "s3cr3t-password", cookie: "sid=s3cr3t-cookie" },
      }),
    );
    for (const secret of secrets) {
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")]) {
        expect(text).not.toContain(form);
      }
    }
    expect(text).toContain("proxy.example.com");
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
});

test("an endpoint with a password in it is a verdict that does not repeat it", async () => {
  const diagnosis = await diagnose({ host: "http://me:s3cr3t@localhost:1" });
  expect(diagnosis.verdict).toMatchObject({ ok: false, code: "SECRET_IN_URL" });
  expect(JSON.stringify(diagnosis)).not.toContain("s3cr3t");
});

test("of an old server it says that it was reached, and both versions", async () => {
  const { origin } = await localServer(({ url }, response) =>
    url.startsWith("/apis/v1beta1/healthz")
      ? json(response, 200, { multi_user: false, tag_name: "1.8.5" })
      : page(response, 404, "text/html", "<pre>Cannot GET /apis/v2beta1/healthz</pre>"),
  );
  const diagnosis = await diagnose({ host: origin });
  expect(diagnosis.verdict.code).toBe("UNSUPPORTED_BY_SERVER");
  const [versions] = of(diagnosis, "versions");
  expect(versions).toMatchObject({ outcome: "failed", code: "UNSUPPORTED_BY_SERVER" });
  expect(versions?.saw).toContain("1.8.5");
  expect(versions?.saw).not.toContain("not reached");
});
