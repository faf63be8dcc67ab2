import { join, resolve } from "node:path";
import { textOption } from "../command-line/option.ts";
import type { Io } from "../io.ts";
import { dataDirectory } from "../serve/database.ts";

/** The option that says where the certificate of the PodDefault webhook is kept. */
export const certDirOption = textOption("dir", "The directory of the webhook's certificate, for you alone (0700).", {
  otherwise: "poddefaults in $XDG_DATA_HOME/kfp-ts, else in ~/.local/share/kfp-ts",
});

/** Where the certificate of the PodDefault webhook is kept. */
export function certificateDirectory(certDir: string | undefined, { env }: Io): string {
  return certDir === undefined ? join(dataDirectory(env), "poddefaults") : resolve(certDir);
}
