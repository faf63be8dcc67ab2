import { spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { root } from "../../scripts/workspace.mjs";
import { nodeOfVersion } from "../part/node.mjs";
import { nodeVersions } from "../part/node-versions.mjs";

/** What needs no other program: format, lint, types, dead exports, package checks, tests. On the oldest Node. */
const [major] = nodeVersions.oldest.split(".");
const node = process.version.startsWith(`v${major}.`) ? process.execPath : await nodeOfVersion(nodeVersions.oldest);
const PATH = [dirname(node), process.env.PATH].join(delimiter);
const { status } = spawnSync("npm", ["test"], { cwd: root, env: { ...process.env, PATH }, stdio: "inherit" });
process.exitCode = status ?? 1;
