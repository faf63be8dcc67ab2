import { join } from "node:path";
import { runCommand } from "../../scripts/run-command.mjs";
import { cannotBeHad } from "../part/cannot-be-had.mjs";
import { needProgram } from "../part/programs.mjs";
import { virtualEnvironment } from "../part/python.mjs";
import { prepareCheckout, runFolder } from "../part/vitest.mjs";

/** The hosts of a cluster, http://ml-pipeline-ui:80 and its like, in a network of their own. */
await prepareCheckout();
const unshare = await needProgram(["unshare"], "util-linux");
const ip = await needProgram(["ip"], "iproute2", () => ["/usr/sbin", "/sbin"]);
await runCommand(unshare, ["-rnm", ip, "link", "set", "lo", "up"]).catch((error) =>
  cannotBeHad(`this system gives no network namespaces: unshare -rnm fails (${error.output.trim()})`),
);
const programs = await virtualEnvironment("kfp", "test/ci/python/requirements.txt");
await runFolder("in-cluster", { KFP_TS_PYTHON: join(programs, "python") });
