import { type RunArtifact, runArtifact, runArtifactPage } from "@kfp-ts/api";
import { type ResourceKind, text } from "./resource-kind.ts";

const attributes = [
  text<RunArtifact>("Task", (item) => item.taskPath),
  text<RunArtifact>("Name", nameOf),
  text<RunArtifact>("Type", (item) => item.type),
  text<RunArtifact>("Size", sizeOf),
  text<RunArtifact>("URI", (item) => item.uri),
];

/** How the artifacts of runs are shown. */
export const runArtifactKind: ResourceKind<RunArtifact> = {
  noun: "artifact",
  listCommand: "runs artifacts",
  message: runArtifact,
  page: runArtifactPage,
  listField: "artifacts",
  id: (item) => `${item.taskPath}/${nameOf(item)}`,
  displayName: nameOf,
  columns: attributes,
  facts: attributes,
};

/** Its name; of several in a list also its place. */
function nameOf({ name, index = 0 }: RunArtifact): string {
  return index === 0 ? name : `${name}[${index}]`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

function sizeOf({ folder, size }: RunArtifact): string {
  if (folder) return "folder";
  if (size === undefined) return "";
  let value = Number(size);
  let unit = 0;
  for (; value >= 1024 && unit < UNITS.length - 1; unit += 1) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`;
}
