import { join } from "node:path";
import { virtualEnvironment } from "../part/python.mjs";
import { prepareCheckout, runFolder } from "../part/vitest.mjs";

/** Artifacts in a storage that speaks S3 and checks every signature: moto, from PyPI. */
await prepareCheckout();
const programs = await virtualEnvironment("moto", "test/ci/s3/requirements.txt");
await runFolder("s3", { KFP_TS_MOTO_PYTHON: join(programs, "python") });
