import { runCommand } from "../../scripts/run-command.mjs";
import { cannotBeHad } from "../part/cannot-be-had.mjs";
import { needProgram } from "../part/programs.mjs";
import { prepareCheckout, runFolder } from "../part/vitest.mjs";

/** Networks in which something is missing or drops everything: each a network of its own. */
await prepareCheckout();
const unshare = await needProgram(["unshare"], "util-linux");
const ip = await needProgram(["ip"], "iproute2", () => ["/usr/sbin", "/sbin"]);
await runCommand(unshare, ["-rnm", ip, "link", "add", "here", "type", "veth", "peer", "name", "nowhere"]).catch(
  (error) => cannotBeHad(`this system gives no network namespaces: unshare -rnm fails (${error.output.trim()})`),
);
await runFolder("network", {});
