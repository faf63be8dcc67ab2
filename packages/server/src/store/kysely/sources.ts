import type { SourceRecord } from "../../ports/store.ts";
import type { Scope } from "./counters.ts";
import { everything } from "./counters.ts";
import { specDigest } from "./specs.ts";

/** The columns that say where the pipeline of a run or of a recurring run comes from. */
export function sourceColumns(record: SourceRecord) {
  return {
    pipeline_id: record.pipelineId,
    pipeline_version_id: record.pipelineVersionId,
    inline_digest: record.pipelineSpec === "" ? null : specDigest(record.pipelineSpec),
  };
}

/** What these columns say, with the text of the inline specification that was read beside them. */
export function sourceRecord(row: {
  readonly pipeline_id: string;
  readonly pipeline_version_id: string;
  readonly inline_spec: string | null;
}): SourceRecord {
  return {
    pipelineId: row.pipeline_id,
    pipelineVersionId: row.pipeline_version_id,
    pipelineSpec: row.inline_spec ?? "",
  };
}

/** The scopes in which a run and a recurring run count. */
export function sourceScopes(row: { readonly namespace: string; readonly experiment_id: string }): readonly Scope[] {
  return [everything, { kind: "namespace", id: row.namespace }, { kind: "experiment", id: row.experiment_id }];
}
