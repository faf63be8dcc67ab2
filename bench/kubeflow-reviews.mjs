// What the embedded reviews cost, in a process of their own. Prints JSON: microseconds and megabytes.
// usage: node kubeflow-reviews.mjs DATA-DIRECTORY RBAC-FILE NAMESPACE…
import { readFileSync } from "node:fs";
import { openKubeflow } from "../packages/cli/dist/kubeflow.js";
import { median } from "./statistics.mjs";

const [, , dataDirectory, rbac, ...namespaces] = process.argv;
const audience = "pipelines.kubeflow.org";
const kubeflow = await openKubeflow({ dataDirectory, rbacPaths: [rbac] });
const issue = (namespace) =>
  kubeflow.issuer.issue({ namespace, serviceAccount: "default-editor", audiences: [audience] });
const tokens = [];
for (const namespace of namespaces) tokens.push({ namespace, token: (await issue(namespace)).token });

/** A token and an access review, as a request causes them. */
async function review({ namespace, token }) {
  const { authenticated, user } = await kubeflow.reviewToken(token, [audience]);
  const attributes = { namespace, verb: "list", group: "pipelines.kubeflow.org", version: "v1beta1", resource: "runs" };
  const { allowed } = await kubeflow.authorizer.review(user, { ...attributes, subresource: "", name: "" });
  if (!authenticated || !allowed) throw new Error(`${namespace} is refused`);
}

async function timed(one) {
  const start = process.hrtime.bigint();
  await review(one);
  return Number(process.hrtime.bigint() - start) / 1000;
}

// The first of a process pay for compiling; what a running server pays comes after them.
const warm = tokens.splice(0, Math.floor(tokens.length / 2));
for (const one of warm) await review(one);
const first = [];
for (const one of tokens) first.push(await timed(one));
const again = [];
for (let round = 0; round < 10; round++) for (const one of tokens) again.push(await timed(one));
const memory = /VmRSS:\s+(\d+)/.exec(safely(() => readFileSync("/proc/self/status", "utf8")))?.[1];
console.log(JSON.stringify({ first: median(first), again: median(again), megabytes: memory && Number(memory) / 1024 }));
await kubeflow.close();

function safely(read) {
  try {
    return read();
  } catch {
    return "";
  }
}
