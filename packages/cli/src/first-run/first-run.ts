import type { Io } from "../io.ts";
import { styleFor } from "../output/style.ts";
import { ownVersion } from "../version.ts";
import { lookAround } from "./look-around.ts";
import { welcome } from "./welcome.ts";

/**
 * `kfp-ts` without arguments: says what can be done here and now. Files and variables are looked at, a server of this machine
 * is knocked at; nothing is sent to anybody.
 *
 * @param has - Whether there is a command of that name.
 */
export async function firstRun(io: Io, has: (command: string) => boolean): Promise<void> {
  const style = styleFor(io.stdout.isTerminal, io.env);
  io.stdout.write(welcome(await lookAround(io), { version: ownVersion(), style, has }));
}
