import { join } from "node:path";
import { virtualEnvironment } from "../part/python.mjs";
import { prepareCheckout, runFolder } from "../part/vitest.mjs";

/** What Python's kfp compiles is executed here, and by the server that its client submits it to. */
await prepareCheckout();
const programs = await virtualEnvironment("kfp", "test/ci/python/requirements.txt");
await runFolder("runner", { KFP_TS_PYTHON: join(programs, "python") });
