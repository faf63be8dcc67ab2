import { join } from "node:path";
import { virtualEnvironment } from "../part/python.mjs";
import { prepareCheckout, runFolder } from "../part/vitest.mjs";

/** Python's own client drives our server, and reads what the SDK made. */
await prepareCheckout();
const programs = await virtualEnvironment("kfp", "test/ci/python/requirements.txt");
await runFolder("python", { KFP_TS_PYTHON: join(programs, "python") });
