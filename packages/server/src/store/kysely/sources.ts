import type { SourceRecord } from "../../ports/store.ts";
import { everything, type Scope } from "./counters.ts";
import { specDigest } from "./specs.ts";

/** The digest of a specification that came inline, null where it came by reference. */
export function inlineDigestOf({ pipelineSpec }: SourceRecord): string | null {
  return pipelineSpec === "" ? null : specDigest(pipelineSpec);
}

/** The scopes in which a run and a recurring run count. */
export function sourceScopes(row: { readonly namespace: string; readonly experiment_id: string }): readonly Scope[] {
  return [everything, { kind: "namespace", id: row.namespace }, { kind: "experiment", id: row.experiment_id }];
}
