import { expect, test } from "vitest";
import { chooseEndpoint, foundNote, isInPod } from "../src/endpoint.ts";

const server = (port: number, processId: number) => ({
  endpoint: `http://127.0.0.1:${port}`,
  processId,
  version: "0.1.0",
  startedAt: new Date(0),
  multiUser: false,
});
const one = server(3000, 123);
const other = server(3001, 124);

test("an endpoint that was said is taken, and nobody looks for servers", async () => {
  const never = () => Promise.reject(new Error("looked"));
  expect(await chooseEndpoint("http://a", never)).toEqual({ url: "http://a" });
});

test("the only server that runs on this machine is taken, and named", async () => {
  expect(await chooseEndpoint(undefined, async () => [one])).toEqual({ url: one.endpoint, found: one });
  expect(foundNote(one)).toBe("Using the server on http://127.0.0.1:3000 (kfp-ts serve, process 123)");
});

test("of several servers none is guessed: they are named, to choose from", async () => {
  await expect(chooseEndpoint(undefined, async () => [one, other])).rejects.toMatchObject({
    name: "UsageError",
    message: expect.stringContaining("2 kfp-ts serve run"),
    fix: expect.stringMatching(/--endpoint http:\/\/127.0.0.1:3000 {2}\(process 123\)\n.*3001.*124/),
  });
});

test("of two kinds, credentials choose the one that asks for them, and none the one that asks for none", async () => {
  const kubeflow = { ...other, multiUser: true };
  const both = async () => [one, kubeflow];
  expect(await chooseEndpoint(undefined, both)).toMatchObject({ url: one.endpoint });
  expect(await chooseEndpoint(undefined, both, { hasCredentials: true })).toMatchObject({ url: kubeflow.endpoint });
  await expect(
    chooseEndpoint(undefined, async () => [kubeflow, { ...one, multiUser: true }], { hasCredentials: true }),
  ).rejects.toMatchObject({ fix: expect.stringContaining("many users, process 124") });
});

test("without any server it says how to start one and how to name one", async () => {
  await expect(chooseEndpoint(undefined, async () => [])).rejects.toMatchObject({
    name: "UsageError",
    fix: expect.stringMatching(/kfp-ts serve.*--endpoint.*KFP_ENDPOINT/),
  });
});

test("in a pod without any server of its own, the client looks around in the cluster", async () => {
  expect(await chooseEndpoint(undefined, async () => [], { inPod: true })).toEqual({ url: undefined });
  expect(await chooseEndpoint(undefined, async () => [one], { inPod: true })).toMatchObject({ url: one.endpoint });
  expect(isInPod({ KUBERNETES_SERVICE_HOST: "10.96.0.1" })).toBe(true);
  expect(isInPod({})).toBe(false);
});
