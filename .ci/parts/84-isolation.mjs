import { join } from "node:path";
import { runCommand } from "../../scripts/run-command.mjs";
import { cannotBeHad } from "../part/cannot-be-had.mjs";
import { needProgram } from "../part/programs.mjs";
import { virtualEnvironment } from "../part/python.mjs";
import { end, prepareCheckout, runTests } from "../part/vitest.mjs";

/** Tasks that try to get out, and Python components with packages from PyPI, isolated and not. */
await prepareCheckout();
const bwrap = await needProgram(["bwrap"], "bubblewrap");
await runCommand(bwrap, ["--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "--proc", "/proc", "true"]).catch(
  (error) => cannotBeHad(`this system gives no namespaces to bubblewrap (${error.output.trim()})`),
);
const programs = await virtualEnvironment("kfp", "test/ci/python/requirements.txt");
const env = { KFP_TS_NEEDS_BUBBLEWRAP: "true", KFP_TS_PYTHON: join(programs, "python") };
const attempts = await runTests(["packages/runner/test/isolation/"], { env });
const components = await runTests(["--config", "vitest.ci.config.ts", "test/ci/isolation/"], { env });
end({ passed: attempts.passed + components.passed, failed: attempts.failed + components.failed });
