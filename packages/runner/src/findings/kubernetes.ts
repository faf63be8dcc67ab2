import type { Json, JsonObject } from "@kfp-ts/api";
import { itemPath, memberPath } from "@kfp-ts/api/pipeline-spec";
import { componentsOfKind, type Rule } from "./subject.ts";

/** What becomes here of each setting of an executor for Kubernetes; of a list each item is told. */
const settings: Readonly<Record<string, (value: Json) => string>> = {
  secretAsVolume: (value) =>
    `the secret ${nameIn(value, "secretName")} is not mounted at ${textIn(value, "mountPath")}`,
  secretAsEnv: (value) => `${variablesIn(value)} not set: the secret ${nameIn(value, "secretName")} is not here`,
  configMapAsVolume: (value) =>
    `the ConfigMap ${nameIn(value, "configMapName")} is not mounted at ${textIn(value, "mountPath")}`,
  configMapAsEnv: (value) =>
    `${variablesIn(value)} not set: the ConfigMap ${nameIn(value, "configMapName")} is not here`,
  fieldPathAsEnv: (value) =>
    `the variable ${textIn(value, "name")} is not set: there is no Pod whose ${textIn(value, "fieldPath")} it could be`,
  pvcMount: (value) =>
    `the volume claim ${nameIn(value, "pvcName", "constant")} is not mounted at ${textIn(value, "mountPath")}`,
  genericEphemeralVolume: (value) =>
    `the volume ${textIn(value, "volumeName")} of ${textIn(value, "size")} is not mounted at ${textIn(value, "mountPath")}`,
  emptyDirMounts: (value) =>
    `the empty folder ${textIn(value, "volumeName")} is not mounted at ${textIn(value, "mountPath")}; tasks have a TMPDIR of their own`,
  enabledSharedMemory: () => "shared memory is that of the machine",
  nodeSelector: () => "the node selector is not looked at: this machine is the only one",
  tolerations: () => "the toleration is not looked at: this machine is the only one",
  nodeAffinity: () => "the node affinity is not looked at: this machine is the only one",
  podAffinity: () => "the Pod affinity is not looked at: this machine is the only one",
  podMetadata: () => "labels and annotations are put nowhere: there is no Pod",
  imagePullSecret: () => "the image is not pulled, so that its secret is not used",
  imagePullPolicy: () => "the image is not pulled, whatever its policy says",
  activeDeadlineSeconds: (value) =>
    `the time limit of ${shown(value)} s counts from the start of the program, for each attempt`,
  securityContext: () => "the program runs as the user of the runner, whatever user the security context names",
  initContainers: (value) => `the init container ${textIn(value, "name")} is not executed`,
};

/** The settings of executors for Kubernetes: none is dropped without a word. */
export const kubernetesSettings: Rule = function* (subject) {
  for (const { component } of componentsOfKind(subject, "container")) {
    const { executorLabel, kubernetes = {} } = component;
    for (const [name, value] of Object.entries(kubernetes)) {
      const does = Object.hasOwn(settings, name) ? settings[name] : undefined;
      const items = Array.isArray(value) ? (value as readonly Json[]) : [value];
      const path = memberPath("platforms", "kubernetes", "deploymentSpec", "executors", executorLabel, name);
      for (const [index, item] of items.entries()) {
        const becomes = does?.(item) ?? `the setting ${name} is not known, and nothing is done for it`;
        yield {
          kind: "otherwise here",
          rule: `kubernetes-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
          path: Array.isArray(value) ? itemPath(path, index) : path,
          message: `for ${executorLabel}, ${becomes}`,
        };
      }
    }
  }
};

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined;
}

function textIn(value: Json, name: string): string {
  const text = memberOf(value, name);
  return typeof text === "string" && text !== "" ? text : "(no name)";
}

/** A name that stands there, or who gives it. */
function nameIn(value: Json, name: string, older = name): string {
  const parameter = memberOf(value, `${name}Parameter`);
  for (const text of [memberOf(value, older), memberOf(memberOf(parameter, "runtimeValue"), "constant")]) {
    if (typeof text === "string" && text !== "") return text;
  }
  for (const from of [parameter, value]) {
    const input = memberOf(from, "componentInputParameter");
    if (typeof input === "string" && input !== "") return `that the input ${input} names`;
    const task = memberOf(memberOf(from, "taskOutputParameter"), "producerTask");
    if (typeof task === "string" && task !== "") return `that the task ${task} names`;
  }
  return "(no name)";
}

function variablesIn(value: Json): string {
  const list = memberOf(value, "keyToEnv");
  const names = Array.isArray(list) ? list.map((item: Json) => textIn(item, "envVar")) : [];
  return names.length === 1 ? `the variable ${names[0]} is` : `the variables ${names.join(", ")} are`;
}

function shown(value: Json): string {
  return typeof value === "number" || typeof value === "string" ? String(value) : JSON.stringify(value);
}
