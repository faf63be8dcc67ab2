import { join } from "node:path";
import { virtualEnvironment } from "../part/python.mjs";
import { prepareCheckout, runFolder } from "../part/vitest.mjs";

/** Requests that nobody thought of, made from the OpenAPI document. */
await prepareCheckout();
const programs = await virtualEnvironment("schemathesis", "test/ci/fuzz/requirements.txt");
await runFolder("fuzz", { KFP_TS_SCHEMATHESIS: join(programs, "schemathesis") });
