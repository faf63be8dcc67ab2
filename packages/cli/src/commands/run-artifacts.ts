import type { RunArtifact } from "@kfp-ts/api";
import { type Client, isKfpError } from "@kfp-ts/sdk";
import { command } from "../command-line/command.ts";
import { textOption } from "../command-line/option.ts";
import { findRun } from "../lookup/run.ts";
import { runArtifactKind } from "../resources/run-artifact.ts";

/** Lists what tasks have made, and saves it. */
export const artifacts = command({
  name: "artifacts",
  summary: "List what the tasks of a run have made, or save it.",
  args: { run: "Its id, or its name where only one has it." },
  options: {
    type: textOption("type", "Only artifacts of this type: system.Metrics."),
    download: textOption("folder", "Save them there, each as TASK/NAME; a folder becomes a .tar file.", {
      completes: "folders",
    }),
  },
  examples: [
    "runs artifacts 'demo 2026-01-31 12-00-00'",
    "runs artifacts 'demo 2026-01-31 12-00-00' --type system.Model --download models",
  ],
  async run({ args, options: { type, download }, session }) {
    const kfp = await session.client();
    const { runId } = await findRun(kfp, args.run);
    const items: RunArtifact[] = [];
    for await (const artifact of kfp.runs.artifacts(runId, { type }, { signal: session.signal })) items.push(artifact);
    if (download !== undefined) {
      for (const artifact of items) {
        const saved = await save(kfp, runId, artifact, download, session.signal).catch(noneIfAbsent);
        session.note(saved === undefined ? `${runArtifactKind.id(artifact)} has no content to save` : `Saved ${saved}`);
      }
    }
    await session.printer.page(runArtifactKind, { items, totalSize: items.length });
  },
});

/** Metrics, and what is elsewhere, are known by their metadata alone. */
function noneIfAbsent(error: unknown): undefined {
  if (!isKfpError(error) || error.code !== "NOT_FOUND") throw error;
}

/** @returns the path of the file. What was saved before stays until all of it is there. */
async function save(
  kfp: Client,
  runId: string,
  artifact: RunArtifact,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const [{ createWriteStream }, { mkdir, rename, rm }, { dirname, join }, { pipeline }] = await Promise.all([
    import("node:fs"),
    import("node:fs/promises"),
    import("node:path"),
    import("node:stream/promises"),
  ]);
  const { taskId, taskPath, name, index = 0 } = artifact;
  const file = `${safe(name)}${index === 0 ? "" : `-${index}`}${artifact.folder ? ".tar" : ""}`;
  const path = join(folder, ...taskPath.split("/").map(safe), file);
  const partial = `${path}.${crypto.randomUUID()}.part`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await pipeline(kfp.runs.readArtifact(runId, taskId, name, { index, signal }), createWriteStream(partial));
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return path;
}

/** A name of a server as the name of a file: it leads nowhere else. */
function safe(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]/gu, "_").replace(/^\.+/, (dots) => "_".repeat(dots.length)) || "_";
}
