import { resolve } from "node:path";
import type { KubeflowData } from "@kfp-ts/kubeflow";
import { UsageError } from "../command-error.ts";
import { textOption } from "../command-line/option.ts";
import type { Io } from "../io.ts";
import { printable } from "../output/printable.ts";
import { dataDirectory } from "../serve/database.ts";
import { kubeflowFailureOf } from "./report-kubeflow-error.ts";

/** The option that says whose data a command is about. */
export const dataOption = {
  data: textOption("dir", "The data directory of kfp-ts serve --kubeflow, running or not.", {
    otherwise: "$XDG_DATA_HOME/kfp-ts-kubeflow, else ~/.local/share/kfp-ts-kubeflow",
  }),
};

/** Which directory is meant. @throws UsageError */
export function directoryOf(data: string | undefined, io: Io): string {
  if (data === "") throw new UsageError("--data is an empty text.", "Give a directory.");
  return data === undefined ? dataDirectory(io.env, "kfp-ts-kubeflow") : resolve(data);
}

/**
 * Does something with the data of Kubeflow in a box. A server that runs on it sees within a second what is changed.
 *
 * @param make - Whether the data is made where there is none.
 * @throws CommandError, UsageError
 */
export async function withKubeflowData<T>(
  data: string | undefined,
  io: Io,
  { make }: { readonly make: boolean },
  work: (opened: KubeflowData) => Promise<T>,
): Promise<T> {
  const { KubeflowData } = await import("@kfp-ts/kubeflow");
  const onUnreadable = ({ message }: Error) => io.stderr.write(`warning: ${printable(message)}\n`);
  try {
    const options = { dataDirectory: directoryOf(data, io), clock: io, make, onUnreadable };
    return await work(await KubeflowData.open(options));
  } catch (error) {
    throw kubeflowFailureOf(error);
  }
}
