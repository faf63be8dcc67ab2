import { execFile } from "node:child_process";
import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { isWithin } from "../artifacts/open-within.ts";
import type { Mount } from "../containers/container-runtime.ts";
import { defaultPath } from "../containers/process/task-environment.ts";
import { RunnerError } from "../errors/runner-error.ts";
import type { IsolatedLine, IsolatedProgram, Isolation } from "./isolation.ts";

/** What every program needs of the system, where it is there. All of it is read-only. */
const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
/** Of /etc only what says how names are found and whom to trust: nothing of users, and no keys. */
const SETTINGS = [
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/alternatives",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
  "/etc/pki/tls/certs",
  "/etc/ca-certificates",
  "/etc/localtime",
  "/etc/mime.types",
];
/**
 * What root could change in /proc although it has no rights: settings of the kernel, among them the program that it starts
 * for a crash. Covered, because a runner may be root's.
 */
const KERNEL = ["sys", "sysrq-trigger", "mtrr", "irq", "bus", "acpi", "fs", "scsi"].map((name) => `/proc/${name}`);
const NETWORK = ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/services", "/etc/protocols"];

/** The environment of bubblewrap itself, where a task says what its own is. */
const OUTSIDE = { PATH: defaultPath, LANG: "C.UTF-8" };

/**
 * Isolation by bubblewrap: a task sees the system's programs, its own folder and what it is shown, and nothing else of
 * this machine; it sees no processes but its own, and ends with the one who started it.
 */
export function bubblewrap({ command = "bwrap" }: { readonly command?: string } = {}): Isolation {
  let tried: Promise<string | undefined> | undefined;
  // Namespaces within would give a program rights over them; bubblewrap can forbid them since 0.8.
  let nested = ["--disable-userns"];
  const wrap = (program: IsolatedProgram): IsolatedLine => ({
    file: command,
    args: [...nested, ...(program.env === undefined ? [] : ["--args", "3"]), ...argumentsOf(program)],
    // One that waits outside, and one that is the first process inside.
    layers: 2,
    ...(program.env && { env: OUTSIDE, handed: variables(program.env) }),
  });
  const attempt = () => attempted(wrap({ file: "/bin/sh", args: ["-c", ":"], cwd: "/", mounts: [], network: true }));
  return {
    name: "bubblewrap",
    movesPaths: true,
    unavailable() {
      tried ??= attempt().then((problem) => {
        if (!problem?.includes("--disable-userns")) return problem;
        nested = [];
        return attempt();
      });
      return tried;
    },
    wrap,
  };
}

function argumentsOf({ file, args, cwd, mounts, network }: IsolatedProgram): string[] {
  checkApart(mounts);
  const shown = [...SYSTEM, ...SETTINGS, ...(network ? NETWORK : [])];
  return [
    "--unshare-all",
    // Not only where it can be: without it, root inside would be root outside.
    "--unshare-user",
    ...["--uid", "1000", "--gid", "1000"],
    ...(network ? ["--share-net"] : []),
    "--die-with-parent",
    "--new-session",
    ...["--cap-drop", "ALL"],
    ...["--hostname", "task"],
    ...["--tmpfs", "/tmp"],
    ...["--proc", "/proc"],
    ...KERNEL.flatMap((path) => ["--ro-bind-try", path, path]),
    ...["--dev", "/dev"],
    ...["--dir", "/var/tmp"],
    ...["--tmpfs", "/home", "--tmpfs", "/root", "--tmpfs", "/run"],
    ...shown.flatMap(systemPath),
    // What is within another comes after it, or it would be hidden by that.
    ...[...mounts]
      .sort((a, b) => a.target.length - b.target.length)
      .flatMap(({ source, target, writable }) => [
        // An artifact that nobody has written is not there, as without isolation.
        writable ? "--bind" : "--ro-bind-try",
        source,
        target,
      ]),
    ...["--remount-ro", "/"],
    ...["--chdir", cwd],
    "--",
    file,
    ...args,
  ];
}

/** What tasks write lies beside what others have written: no folder around it may be shown. */
function checkApart(mounts: readonly Mount[]): void {
  const around = [...SYSTEM, ...mounts.filter(({ writable }) => !writable).map(({ source }) => source)].map(placeOf);
  for (const { source } of mounts.filter(({ writable }) => writable)) {
    const folder = around.find((one) => one !== placeOf(source) && isWithin(one, placeOf(source)));
    if (folder === undefined) continue;
    throw new RunnerError(
      "ISOLATION_UNAVAILABLE",
      `${source} lies in ${folder}, of which isolated tasks see everything: keep runs, or the interpreter, elsewhere`,
    );
  }
}

function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Variables as bubblewrap reads them: not as arguments, which everybody on the machine can read. */
function variables(env: Readonly<Record<string, string>>): string {
  const words = Object.entries(env).flatMap(([key, value]) => {
    // What a program finds is the name up to the first sign of equality.
    const [name = "", ...rest] = `${key}=${value}`.split("=");
    if (`${key}${value}`.includes("\0")) {
      throw new RunnerError("TASK_FAILED", `its variable ${name.replaceAll("\0", "")} has a zero byte in it`);
    }
    return name === "" ? [] : ["--setenv", name, rest.join("=")];
  });
  return words.map((word) => `${word}\0`).join("");
}

/**
 * On many systems `/bin` is a link to `/usr/bin`: then it is one inside, too. A link in /etc may lead to what is not
 * shown, so what it leads to is shown in its place.
 */
function systemPath(path: string): string[] {
  if (!existsSync(path)) return [];
  if (path.startsWith("/etc/") || !lstatSync(path).isSymbolicLink()) return ["--ro-bind", path, path];
  return ["--symlink", readlinkSync(path), path];
}

function attempted({ file, args }: IsolatedLine): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(file, [...args], { timeout: 10_000 }, (error, _stdout, stderr) => {
      if (error === null) resolve(undefined);
      else if (error.code === "ENOENT") resolve(`${file} is not installed`);
      else resolve(`${file} does not work here: ${stderr.trim().split("\n")[0] || error.message}`);
    });
  });
}
