import { pathToFileURL } from "node:url";

const [, , engine, shape, count] = process.argv;
const { executeGraph, Slots } = await import(pathToFileURL(engine).href);

/** Executes so many tasks that do nothing, and prints how long that took and how much memory the process ever held. */
const events = { count: 0 };
const never = new AbortController().signal;
const start = process.hrtime.bigint();
const { state } = await executeGraph({
  plan: { pipelineName: "nothing", root: rootOf(shape, Number(count)), pipelineRoot: "", workspace: false },
  inputs: { parameters: { n: 1 }, artifacts: {} },
  run: { runId: "1", displayName: "nothing", resourceName: "nothing-1", createdAt: "", scheduledAt: "" },
  execute: async ({ inputs }) => ({
    outcome: "succeeded",
    outputs: { parameters: { Output: inputs.parameters.x }, artifacts: {} },
  }),
  slots: new Slots(8),
  emit: async () => {
    events.count++;
  },
  clock: { now: Date.now },
  cancel: never,
  stop: never,
});
const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
if (state !== "SUCCEEDED") throw new Error(`the run has ${state}`);
if (events.count < 2 * Number(count)) throw new Error(`only ${events.count} events for ${count} tasks`);
console.log(JSON.stringify({ milliseconds, maxRssKb: process.resourceUsage().maxRSS }));

function rootOf(shape, count) {
  const x = (index) =>
    shape === "chain" && index > 0
      ? { from: "task", task: `task-${index - 1}`, output: "Output" }
      : { from: "input", input: "n" };
  const leaf = (index) => ({
    ...task(`task-${index}`, component("container"), { x: x(index) }),
    upstream: shape === "chain" && index > 0 ? [`task-${index - 1}`] : [],
  });
  if (shape !== "loop") return graph(Array.from({ length: count }, (_, index) => leaf(index)));
  const loop = { over: "values", items: { constant: Array.from({ length: count }, (_, index) => index) } };
  const inside = graph([task("leaf", component("container"), { x: { from: "input", input: "x" } })]);
  return graph([{ ...task("loop", inside, { x: x(0) }), loop: { ...loop, itemInput: "item", parallelism: 0 } }]);
}

function task(name, made, parameters) {
  return {
    name,
    displayName: name,
    component: made,
    upstream: [],
    startsWhen: "upstream succeeded",
    cache: { enabled: false },
    parameters,
    artifacts: {},
  };
}

function component(kind) {
  return {
    kind,
    name: kind,
    inputs: { parameters: { x: { parameterType: "NUMBER_INTEGER" } }, artifacts: {} },
    outputs: { parameters: { Output: { parameterType: "NUMBER_INTEGER" } }, artifacts: {} },
  };
}

function graph(tasks) {
  const gives = { parameters: {}, artifacts: {} };
  return { ...component("graph"), tasks: new Map(tasks.map((one) => [one.name, one])), gives };
}
