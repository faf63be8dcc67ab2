import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { freePorts } from "../../../scripts/free-ports.mjs";
import { createCertificates } from "./certificates.ts";
import { entries, SERVICE } from "./entries.ts";

/** An OpenLDAP of its own: users and groups in a temporary folder, LDAP and LDAPS on free ports of loopback. */
export interface Slapd {
  /** Holds `ca.crt`, and what tests write. */
  readonly room: string;
  readonly port: number;
  readonly tlsPort: number;
  start(): Promise<void>;
  /** Kills it; the entries stay. */
  kill(): Promise<void>;
  /** Stops it without ending it: connections are made by the system, and nobody answers. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** Fills a directory and starts it. The part of CI says where the program is. */
export async function startSlapd(): Promise<Slapd> {
  const program = process.env.KFP_TS_SLAPD;
  if (!program) throw new Error("KFP_TS_SLAPD is not set: run .ci/run openldap");
  const room = mkdtempSync(join(tmpdir(), "kfp-ts-slapd-"));
  createCertificates(room);
  mkdirSync(join(room, "data"));
  const configuration = join(room, "slapd.conf");
  writeFileSync(configuration, configurationIn(room));
  writeFileSync(join(room, "entries.ldif"), entries);
  const tool = join(dirname(program), "slapadd");
  execFileSync(tool, ["-q", "-f", configuration, "-l", join(room, "entries.ldif")], { stdio: "pipe" });

  const [port = 0, tlsPort = 0] = await freePorts(2);
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const urls = `ldap://127.0.0.1:${port} ldaps://127.0.0.1:${tlsPort}`;
    // With a level of -d it stays in the foreground, so that it can be killed by its number.
    child = spawn(program, ["-f", configuration, "-h", urls, "-d", "0"], { stdio: "ignore" });
    const ended = once(child, "exit").then(() => Promise.reject(new Error("slapd has ended at once")));
    await Promise.race([listening(port), ended]);
    ended.catch(() => undefined);
  };
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    room,
    port,
    tlsPort,
    start,
    kill,
    freeze: () => child?.kill("SIGSTOP"),
    thaw: () => child?.kill("SIGCONT"),
    async close() {
      await kill();
      rmSync(room, { recursive: true, force: true });
    },
  };
}

function configurationIn(room: string): string {
  const schemas = ["core", "cosine", "inetorgperson"].map((name) => `include /etc/ldap/schema/${name}.schema`);
  return `${schemas.join("\n")}
pidfile ${join(room, "pid")}
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile ${join(room, "ca.crt")}
TLSCertificateFile ${join(room, "server.crt")}
TLSCertificateKeyFile ${join(room, "server.key")}
# Nobody but the service finds anything; everybody may try a password.
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="${SERVICE.dn}" read by * none
database mdb
suffix "dc=example,dc=org"
directory ${join(room, "data")}
maxsize 67108864
index objectClass,uid,mail,member eq
`;
}

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const socket = connect(port, "127.0.0.1");
    const isThere = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("slapd did not listen within 30 s");
}
