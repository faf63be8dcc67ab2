import type { Json, JsonObject } from "@kfp-ts/api";
import type { ContainerSpec } from "@kfp-ts/api/pipeline-spec";
import type { ContainerComponent } from "../plan/plan.ts";
import { withInputs } from "./constant.ts";
import { textOf } from "./text.ts";

/**
 * The settings of a task that its component takes as a value (TASK_CONFIG), as a cluster gives them: what the component
 * does not ask for is null. What only a Pod has, as volumes and affinity, is always null.
 *
 * @param inputs - the other inputs of the task, which settings can name.
 */
export function taskConfig(component: ContainerComponent, inputs: Readonly<Record<string, Json>>): JsonObject {
  const asked = new Set(component.taskConfig.map(({ field }) => field));
  const { nodeSelector, tolerations } = component.kubernetes ?? {};
  const env = (component.container.env ?? []).map(({ name = "", value = "" }) => ({
    name,
    value: textOf(withInputs(value, inputs)),
  }));
  return {
    affinity: null,
    tolerations: asked.has("KUBERNETES_TOLERATIONS") ? (tolerations ?? null) : null,
    nodeSelector: asked.has("KUBERNETES_NODE_SELECTOR") ? (membersOf(nodeSelector).labels ?? null) : null,
    env: asked.has("ENV") && env.length > 0 ? env : null,
    volumes: null,
    volumeMounts: null,
    resources: asked.has("RESOURCES") ? resourcesOf(component.container, inputs) : {},
  };
}

function resourcesOf({ resources = {} }: ContainerSpec, inputs: Readonly<Record<string, Json>>): JsonObject {
  const quantity = (text: string | undefined, older: number | undefined, unit: string) => {
    if (text !== undefined && text !== "") return withInputs(text, inputs);
    return older === undefined || older === 0 ? undefined : `${older}${unit}`;
  };
  const { accelerator = {} } = resources;
  const kind = quantity(accelerator.resourceType ?? accelerator.type, undefined, "");
  return present({
    limits: present({
      memory: quantity(resources.resourceMemoryLimit, resources.memoryLimit, "G"),
      cpu: quantity(resources.resourceCpuLimit, resources.cpuLimit, ""),
      ...(kind === undefined
        ? {}
        : { [textOf(kind)]: quantity(accelerator.resourceCount ?? accelerator.count, undefined, "") }),
    }),
    requests: present({
      memory: quantity(resources.resourceMemoryRequest, resources.memoryRequest, "G"),
      cpu: quantity(resources.resourceCpuRequest, resources.cpuRequest, ""),
    }),
  });
}

/** What of it there is: no undefined and no empty member. */
function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  const kept = Object.entries(members).filter(
    (member): member is [string, Json] => member[1] !== undefined && JSON.stringify(member[1]) !== "{}",
  );
  return Object.fromEntries(kept);
}

function membersOf(value: Json | undefined): JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? (value as JsonObject) : {};
}
