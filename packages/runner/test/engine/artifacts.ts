import type { Artifact } from "../../src/values/values.ts";

/** A dataset of a name. */
export function artifact(name: string): Artifact {
  return {
    name,
    type: { schemaTitle: "system.Dataset", schemaVersion: "0.0.1" },
    uri: `/artifacts/${name}`,
    metadata: {},
  };
}
