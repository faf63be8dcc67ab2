import { expect, it } from "vitest";
import { call, refusalOf, startServices } from "./harness.ts";

it("a server for one user says so, and that it keeps pipelines in a database", async () => {
  const { handlers } = await startServices();
  const unknown = { commitSha: "unknown", tagName: "unknown", multiUser: false };
  expect(await call(handlers.healthz.get)).toEqual({ ...unknown, pipelineStore: "database" });
  expect(await call(handlers.v1.healthz)).toEqual(unknown);
});

it("a single user may do everything, but has to ask a whole question", async () => {
  const { auth } = (await startServices()).handlers.v1;
  const whole = { namespace: "n", resources: "VIEWERS", verb: "GET" } as const;
  expect(await call(auth, { query: whole })).toEqual({});
  for (const part of Object.keys(whole)) {
    expect(await refusalOf(call(auth, { query: { ...whole, [part]: undefined } }))).toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  }
});
