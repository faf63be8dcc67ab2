import { expect, test } from "vitest";
import { bearerToken, type Diagnosis, diagnose } from "../../src/index.ts";
import { json, localServer } from "../helpers/local-server.ts";

const user = "system:serviceaccount:team-b:default-editor";
const denial = `User '${user}' is not authorized with reason:  (request: &ResourceAttributes{Namespace:team-a,Verb:list,Group:pipelines.kubeflow.org,Version:v1beta1,Resource:experiments,Subresource:,Name:,})`;

const of = ({ probes }: Diagnosis, name: string) => probes.filter((probe) => probe.name === name);

test("a denial while connecting shows who was refused, and what", async () => {
  const { origin } = await localServer(({ url }, response) =>
    url.includes("/healthz")
      ? json(response, 200, { multi_user: true })
      : json(response, 403, { code: 7, message: denial }),
  );
  const credentials = bearerToken("some.opaque-token");
  const diagnosis = await diagnose({ host: origin, namespace: "team-a", credentials });
  expect(diagnosis.verdict).toMatchObject({ ok: false, code: "PERMISSION_DENIED" });
  expect(of(diagnosis, "login")[0]?.outcome).toBe("good");
  expect(of(diagnosis, "identity")[0]).toMatchObject({ outcome: "good", saw: user });
  const namespace = { outcome: "failed", code: "PERMISSION_DENIED", saw: "team-a: not allowed to list experiments" };
  expect(of(diagnosis, "namespace")[0]).toMatchObject(namespace);
});

test("a port of TLS that cuts off whoever asks in plain HTTP is told from one that breaks", async () => {
  const { port } = await localServer((_request, response) => json(response, 200, { multi_user: false }), "good");
  const { verdict, probes } = await diagnose({ host: `http://127.0.0.1:${port}/pipeline`, maxRetries: 0 });
  expect(verdict).toMatchObject({ ok: false, code: "TLS_EXPECTED", fix: `Use https://127.0.0.1:${port}/pipeline` });
  expect(probes).toContainEqual(expect.objectContaining({ name: "tls", outcome: "failed", code: "TLS_EXPECTED" }));
  const breaks = await localServer((_request, response) => response.destroy());
  expect((await diagnose({ host: breaks.origin, maxRetries: 0 })).verdict.code).toBe("CONNECTION_LOST");
});
