import { expect, test } from "vitest";
import { hostsOf, serviceTarget, urlTarget } from "../../../src/poddefaults/install/webhook-target.ts";

test("a URL may be said with the path or without", () => {
  for (const text of ["https://127.0.0.1:8443", "https://127.0.0.1:8443/", "https://127.0.0.1:8443/apply-poddefault"]) {
    expect(urlTarget(text)).toEqual({ kind: "url", url: "https://127.0.0.1:8443/apply-poddefault", host: "127.0.0.1" });
  }
  expect(hostsOf(urlTarget("https://[::1]:8443"))).toEqual(["::1"]);
});

test("a service is a namespace and a name, with a port where it is not 443", () => {
  expect(serviceTarget("kubeflow/poddefaults")).toMatchObject({
    namespace: "kubeflow",
    name: "poddefaults",
    port: 443,
  });
  expect(serviceTarget("kubeflow/poddefaults:8443")).toMatchObject({ name: "poddefaults", port: 8443 });
  expect(hostsOf(serviceTarget("kubeflow/poddefaults"))[0]).toBe("poddefaults.kubeflow.svc");
});

test.each([
  "http://127.0.0.1:8443",
  "127.0.0.1:8443",
  "https://user@host",
  "https://host/?a=b",
  "https://host/#a",
  "https://host/other",
  "https://0.0.0.0:8443",
  "https://[::]:8443",
])("no API server calls %s", (text) => {
  expect(() => urlTarget(text)).toThrow(expect.objectContaining({ name: "PodDefaultInstallError", code: "INVALID" }));
});

test.each(["poddefaults", "a/b/c", "A/b", "a/b:0", "a/b:65536", "/b", "a/"])("%s is no service", (text) => {
  expect(() => serviceTarget(text)).toThrow(expect.objectContaining({ code: "INVALID" }));
});
