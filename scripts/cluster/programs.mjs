import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CommandFailed, runCommand } from "../run-command.mjs";
import { inRoot } from "../workspace.mjs";

/** The Go modules below test/cluster, and the programs that each gives. */
const modules = [
  { folder: "etcd", args: ["-o", "etcd", "."], programs: ["etcd"] },
  {
    folder: "control-plane",
    args: ["-o", ".", "./cmd/..."],
    programs: ["kube-apiserver", "kube-controller-manager", "kubectl"],
  },
  { folder: "kwok", args: ["-o", "kwok", "sigs.k8s.io/kwok/cmd/kwok"], programs: ["kwok"] },
];

/** Go is needed to build a control plane, and there is none. */
export class NoGo extends Error {
  constructor() {
    super(
      "A Kubernetes control plane is built with Go, which is not installed: https://go.dev/doc/install (1.24 or newer).",
    );
    this.name = "NoGo";
  }
}

/**
 * The programs of a Kubernetes control plane, built where they are not built yet. That takes some minutes once; they are
 * kept by the content of their modules, outside of the checkout.
 * @param {(line: string) => void} say told what is being built
 * @returns {Promise<string>} the folder that they are in
 */
export async function clusterPrograms(say) {
  const folder = await programsFolder();
  const complete = join(folder, ".complete");
  if (existsSync(complete)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { folder: module, args, programs } of modules) {
    say(`building ${programs.join(", ")}`);
    const [flag = "", output = "", ...packages] = args;
    await runCommand(
      "go",
      [
        "build",
        "-trimpath",
        "-buildvcs=false",
        "-ldflags=-s -w",
        flag,
        output === "." ? `${folder}/` : join(folder, output),
        ...packages,
      ],
      { cwd: inRoot(`test/cluster/${module}`), env: { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" } },
    );
  }
  writeFileSync(complete, "");
  return folder;
}

/**
 * The same where they are built already; undefined where they are not.
 * @returns {Promise<string | undefined>}
 */
export async function builtClusterPrograms() {
  const folder = await programsFolder().catch((error) => {
    if (error instanceof NoGo) return undefined;
    throw error;
  });
  return folder !== undefined && existsSync(join(folder, ".complete")) ? folder : undefined;
}

async function programsFolder() {
  const version = await goVersion();
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kfp-ts-cluster");
  const content = modules.map(({ folder }) => contentOf(inRoot(`test/cluster/${folder}`))).join("\0");
  const key = createHash("sha256").update(`${version}\0${content}`).digest("hex").slice(0, 16);
  return join(cache, key);
}

async function goVersion() {
  try {
    return await runCommand("go", ["version"]);
  } catch (error) {
    if (error instanceof CommandFailed) throw new NoGo();
    throw error;
  }
}

/**
 * The text of every file below a folder.
 * @param {string} folder
 * @returns {string}
 */
function contentOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map((path) => `${path.slice(folder.length)}\0${readFileSync(path, "utf8")}`)
    .join("\0");
}
