import { type Compilable, type CreateTableBuilder, sql } from "kysely";
import type { Dialect } from "./dialect.ts";
import type { Database } from "./schema.ts";

/** Version 1 of the schema. */
export function initialSchema(db: Database, dialect: Dialect): readonly Compilable[] {
  const table = (name: string, columns: Readonly<Record<string, Column>>): Table =>
    Object.entries(columns).reduce<Table>(
      (building, [column, kind]) =>
        building.addColumn(column, kind === "whole" ? dialect.whole : dialect.text, (one) =>
          kind === "text?" ? one : one.notNull(),
        ),
      db.schema.createTable(name),
    );
  // One tree less to change and to wait for at each write, and one step less to each row.
  const smallTable: typeof table = (name, columns) => {
    const built = table(name, columns);
    return dialect.inPrimaryKey === undefined ? built : built.modifyEnd(dialect.inPrimaryKey);
  };
  const index = (name: string, on: string, columns: string[]): Compilable =>
    db.schema.createIndex(name).on(on).columns(columns);
  const tags = (name: string, owner: string, ownerId: string): readonly Compilable[] => [
    table(name, { owner_id: "text", tag: "text", tag_key: "text", value: "text", value_key: "text" })
      .addPrimaryKeyConstraint(`${name}_pk`, ["owner_id", "tag"])
      .addForeignKeyConstraint(`${name}_owner`, ["owner_id"], owner, [ownerId], (key) => key.onDelete("cascade")),
    index(`${name}_by_value`, name, ["tag_key", "value_key", "owner_id"]),
  ];

  return [
    smallTable("experiments", {
      experiment_id: "text",
      ...displayName,
      ...description,
      namespace: "text",
      created_at: "whole",
      last_run_created_at: "whole",
      storage_state: "text",
    })
      .addPrimaryKeyConstraint("experiments_pk", ["experiment_id"])
      .addUniqueConstraint("experiments_name", ["namespace", "display_name_key"]),
    index("experiments_by_time", "experiments", ["created_at", "experiment_id"]),
    index("experiments_by_state", "experiments", ["storage_state", "created_at", "experiment_id"]),
    index("experiments_by_namespace", "experiments", ["namespace", "storage_state", "created_at", "experiment_id"]),

    table("default_experiment", { one: "whole", experiment_id: "text" })
      .addPrimaryKeyConstraint("default_experiment_pk", ["one"])
      .addCheckConstraint("default_experiment_single", sql`one = 1`)
      .addForeignKeyConstraint("default_experiment_id", ["experiment_id"], "experiments", ["experiment_id"]),

    table("pipelines", {
      pipeline_id: "text",
      name: "text",
      name_key: "text",
      ...displayName,
      ...description,
      namespace: "text",
      created_at: "whole",
    })
      .addPrimaryKeyConstraint("pipelines_pk", ["pipeline_id"])
      .addUniqueConstraint("pipelines_name", ["namespace", "name_key"]),
    index("pipelines_by_time", "pipelines", ["created_at", "pipeline_id"]),
    index("pipelines_by_namespace", "pipelines", ["namespace", "created_at", "pipeline_id"]),
    ...tags("pipeline_tags", "pipelines", "pipeline_id"),

    table("pipeline_versions", {
      pipeline_version_id: "text",
      pipeline_id: "text",
      name: "text",
      name_key: "text",
      ...displayName,
      ...description,
      created_at: "whole",
      package_url: "text",
      code_source_url: "text",
      spec_digest: "text",
    })
      .addPrimaryKeyConstraint("pipeline_versions_pk", ["pipeline_version_id"])
      .addUniqueConstraint("pipeline_versions_name", ["pipeline_id", "name_key"])
      .addForeignKeyConstraint("pipeline_versions_pipeline", ["pipeline_id"], "pipelines", ["pipeline_id"]),
    index("pipeline_versions_by_time", "pipeline_versions", ["pipeline_id", "created_at", "pipeline_version_id"]),
    ...tags("pipeline_version_tags", "pipeline_versions", "pipeline_version_id"),

    table("runs", {
      run_id: "text",
      ...parents,
      ...displayName,
      name: "text",
      ...description,
      storage_state: "text",
      ...launch,
      created_at: "whole",
      scheduled_at: "whole",
      finished_at: "whole",
      state: "text",
      state_history: "text",
      recurring_run_id: "text",
      ...source,
      launched_digest: "text",
    }).addPrimaryKeyConstraint("runs_pk", ["run_id"]),
    index("runs_by_time", "runs", ["created_at", "run_id"]),
    index("runs_by_state", "runs", ["storage_state", "created_at", "run_id"]),
    index("runs_by_namespace", "runs", ["namespace", "storage_state", "created_at", "run_id"]),
    index("runs_by_experiment", "runs", ["experiment_id", "storage_state", "created_at", "run_id"]),

    table("recurring_runs", {
      recurring_run_id: "text",
      ...parents,
      ...displayName,
      name: "text",
      ...description,
      ...launch,
      created_at: "whole",
      updated_at: "whole",
      enabled: "whole",
      max_concurrency: "whole",
      no_catchup: "whole",
      trigger_kind: "text",
      cron: "text",
      interval_second: "whole",
      start_time: "whole",
      end_time: "whole",
      ...source,
    }).addPrimaryKeyConstraint("recurring_runs_pk", ["recurring_run_id"]),
    index("recurring_runs_by_time", "recurring_runs", ["created_at", "recurring_run_id"]),
    index("recurring_runs_by_namespace", "recurring_runs", ["namespace", "created_at", "recurring_run_id"]),
    index("recurring_runs_by_experiment", "recurring_runs", ["experiment_id", "created_at", "recurring_run_id"]),

    smallTable("specs", { digest: "text", refs: "whole" }).addPrimaryKeyConstraint("specs_pk", ["digest"]),
    table("spec_texts", { digest: "text", text: "text" }).addPrimaryKeyConstraint("spec_texts_pk", ["digest"]),
    smallTable("counters", {
      resource: "text",
      scope: "text",
      storage_state: "text",
      total: "whole",
    }).addPrimaryKeyConstraint("counters_pk", ["resource", "scope", "storage_state"]),
    table("secrets", { name: "text", value: "text" }).addPrimaryKeyConstraint("secrets_pk", ["name"]),
  ];
}

type Table = CreateTableBuilder<string, string>;
/** A question mark: the column may be empty. */
type Column = "text" | "text?" | "whole";

const displayName = { display_name: "text", display_name_key: "text" } as const;
const description = { description: "text", description_key: "text" } as const;
const parents = { experiment_id: "text", namespace: "text" } as const;
const launch = { service_account: "text", parameters: "text", pipeline_root: "text", plugins_input: "text" } as const;
const source = { pipeline_id: "text", pipeline_version_id: "text", inline_digest: "text?" } as const;
