import { expect, test } from "vitest";
import { findServices } from "../../src/index.ts";
import { clientOf, json, rejection, startServer, statusBody } from "../api-server.ts";

const names = ["ml-pipeline-ui", "ml-pipeline"];
const serviceIn = (namespace: string, name: string) => ({
  metadata: { namespace, name },
  spec: { ports: [{ name: "http", port: 80 }] },
});
const refused = statusBody(403, "Forbidden", 'services is forbidden: User "alice" cannot list');

test("services are found in all namespaces with one list for each name", async () => {
  const server = await startServer((request, response) => {
    const name = request.query.get("fieldSelector")?.replace("metadata.name=", "") ?? "";
    const namespaces = name === "ml-pipeline" ? ["b", "a"] : ["b"];
    json(response, 200, { metadata: {}, items: namespaces.map((namespace) => serviceIn(namespace, name)) });
  });
  const found = await findServices(await clientOf({ server: server.url }), names);
  expect(found.services.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
    "b/ml-pipeline-ui",
    "a/ml-pipeline",
    "b/ml-pipeline",
  ]);
  expect(found.services[0]?.ports).toEqual([{ name: "http", port: 80 }]);
  expect(found.namespaces).toBeUndefined();
  expect(server.seen.map(({ path }) => path)).toEqual(["/api/v1/services", "/api/v1/services"]);
});

test("where all namespaces may not be listed, those that are given are looked into, and that is said", async () => {
  const server = await startServer(({ path }, response) => {
    if (path === "/api/v1/services" || path.startsWith("/api/v1/namespaces/closed/"))
      return json(response, 403, refused);
    if (path === "/api/v1/namespaces/kubeflow/services/ml-pipeline")
      return json(response, 200, serviceIn("kubeflow", "ml-pipeline"));
    return json(response, 404, statusBody(404, "NotFound", "not found"));
  });
  const found = await findServices(await clientOf({ server: server.url }), names, {
    namespaces: ["kubeflow", "closed"],
  });
  expect(found).toMatchObject({
    services: [{ namespace: "kubeflow", name: "ml-pipeline" }],
    namespaces: ["kubeflow"],
    refusal: { status: 403 },
  });
});

test("where not one namespace may be looked into, the refusal is thrown", async () => {
  const server = await startServer((_, response) => json(response, 403, refused));
  const looking = findServices(await clientOf({ server: server.url }), names, { namespaces: ["kubeflow"] });
  expect(await rejection(looking)).toMatchObject({ status: 403 });
});
