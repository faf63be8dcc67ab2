import { invalidArgument, pageSizeOf, type RunArtifact, type RunTask } from "@kfp-ts/api";
import type { Claims } from "../ports/authenticator.ts";
import type { RunLauncher } from "../ports/run-launcher.ts";
import type { RunRecord } from "../ports/store.ts";
import type { Handlers } from "./handlers.ts";

/**
 * The handlers that say what runs and their tasks have done. A run of which nothing has been executed here has none.
 *
 * @param permitted - The run, where the caller may read it.
 */
export function runTaskHandlers(
  launcher: RunLauncher | undefined,
  permitted: (caller: Claims | undefined, runId: string) => Promise<RunRecord>,
): Pick<Handlers["runs"], "tasks" | "artifacts" | "outputs"> {
  async function tasksOf(caller: Claims | undefined, runId: string): Promise<readonly RunTask[]> {
    const run = await permitted(caller, runId);
    return (await launcher?.tasks(run)) ?? [];
  }

  return {
    async tasks({ params, query, caller }) {
      const { items, ...page } = pageOf(await tasksOf(caller, params.runId), query);
      return { tasks: items, ...page };
    },
    async artifacts({ params, query, caller }) {
      const tasks = await tasksOf(caller, params.runId);
      const ofType = ({ type }: RunArtifact): boolean => !query.type || type === query.type;
      const made = tasks.flatMap(({ kind, outputArtifacts = [] }) =>
        isGraph(kind) ? [] : outputArtifacts.filter(ofType),
      );
      const { items, ...page } = pageOf(made, query);
      return { artifacts: items, ...page };
    },
    async outputs({ params, caller }) {
      const run = await permitted(caller, params.runId);
      return (await launcher?.outputs(run)) ?? { runId: run.runId };
    },
  };
}

/** What a graph gives is what a task in it has made. */
function isGraph(kind: string | undefined): boolean {
  return kind === "graph" || kind === "loop";
}

interface PageQuery {
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

/** The order in which tasks started never changes, so that a place in it is all that a token has to say. */
function pageOf<T>(all: readonly T[], { pageSize, pageToken = "" }: PageQuery) {
  const start = startOf(pageToken);
  const end = start + pageSizeOf(pageSize);
  const nextPageToken = end < all.length ? Buffer.from(`from ${end}`).toString("base64url") : "";
  return { items: all.slice(start, end), totalSize: all.length, nextPageToken };
}

function startOf(token: string): number {
  if (token === "") return 0;
  const [, digits] = /^from (\d{1,9})$/.exec(Buffer.from(token, "base64url").toString()) ?? [];
  if (digits === undefined) throw invalidArgument("Invalid page token");
  return Number(digits);
}
