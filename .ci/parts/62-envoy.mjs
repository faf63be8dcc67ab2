import { join } from "node:path";
import { virtualEnvironment } from "../part/python.mjs";
import { prepareCheckout, runFolder } from "../part/vitest.mjs";

/** A real Envoy before the server, as Kubeflow has one: it asks our gateway for each request, or logs people in by itself. */
await prepareCheckout();
const programs = await virtualEnvironment("envoy", "test/ci/envoy/requirements.txt");
await runFolder("envoy", { KFP_TS_ENVOY: join(programs, "envoy") });
