import { type Access, type AnyOperation, allOperations, contentOperations } from "@kfp-ts/api";
import { unservedAccess } from "../../src/services/unserved.ts";

const NAMESPACES: Readonly<Record<Access["scope"], string>> = {
  "namespace of the resource": "its own",
  "namespace of the request": "the one of the request",
  "namespace of the experiment": "that of the experiment",
  "namespace of the experiment or of the request": "that of the experiment, else the one of the request",
  cluster: "none: cluster-wide",
};

const SHARED: Readonly<Record<NonNullable<Access["shared"]>, string>> = {
  open: "; shared: not asked",
  "system namespace": "; shared: that of the system",
};

/** Upstream's endpoints that are no operations here, as docs/compatibility.md calls them. */
const UNSERVED: Readonly<Record<keyof typeof unservedAccess, string>> = {
  reportMetrics: "`runs/{id}:reportMetrics`",
  reportWorkflow: "`workflows`",
  reportScheduledWorkflow: "`scheduledworkflows`",
};

/** The table of access control as it stands in docs/compatibility.md, from the table of operations. */
export function accessTable(): string {
  const served = allOperations.flatMap(({ id, access }: AnyOperation) =>
    access === "anyone" ? [`| \`${id}\` | nothing | | |`] : rowsOf(`\`${id}\``, access),
  );
  const contents = contentOperations.flatMap(({ id, access }) => rowsOf(`\`${id}\``, access));
  const unserved = Object.entries(unservedAccess).flatMap(([endpoint, access]) =>
    rowsOf(`${UNSERVED[endpoint as keyof typeof unservedAccess]} (not served)`, access),
  );
  return [
    "| operation | verb, resource | namespace | name |",
    "|---|---|---|---|",
    ...served,
    ...contents,
    ...unserved,
  ].join("\n");
}

function rowsOf(operation: string, access: Access): string[] {
  const { group, resource, verb, scope, name, shared, also } = access;
  const other = group === "pipelines.kubeflow.org" ? "" : `.${group}`;
  const namespace = `${NAMESPACES[scope]}${shared === undefined ? "" : SHARED[shared]}`;
  const row = `| ${operation} | \`${verb}\` \`${resource}${other}\` | ${namespace} | ${name === "none" ? "" : name} |`;
  return also === undefined ? [row] : [row, ...rowsOf(`${operation}, of a pipeline that is referred to`, also)];
}
