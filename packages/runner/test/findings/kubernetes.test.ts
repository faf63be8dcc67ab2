import type { Json } from "@kfp-ts/api";
import { describe, expect, test } from "vitest";
import { findingsOf } from "../../src/findings/findings-of.ts";
import { pipelineOf } from "./pipeline.ts";

const secretNameParameter = { runtimeValue: { constant: "s3" } };

describe("a setting for Kubernetes is told with what becomes of it here", () => {
  test.each<[name: string, value: Json, message: string]>([
    ["secretAsVolume", [{ secretName: "s3", mountPath: "/s" }], "the secret s3 is not mounted at /s"],
    [
      "secretAsEnv",
      [{ secretNameParameter, keyToEnv: [{ secretKey: "k", envVar: "A" }, { envVar: "B" }] }],
      "the variables A, B are not set: the secret s3 is not here",
    ],
    [
      "secretAsEnv",
      [{ secretNameParameter: { componentInputParameter: "which" }, keyToEnv: [{ envVar: "A" }] }],
      "the variable A is not set: the secret that the input which names is not here",
    ],
    ["configMapAsVolume", [{ configMapName: "c", mountPath: "/c" }], "the ConfigMap c is not mounted at /c"],
    ["configMapAsEnv", [{ configMapName: "c", keyToEnv: [{ envVar: "A" }] }], "the variable A is not set"],
    ["fieldPathAsEnv", [{ name: "POD", fieldPath: "metadata.name" }], "the variable POD is not set"],
    ["pvcMount", [{ constant: "disk", mountPath: "/d" }], "the volume claim disk is not mounted at /d"],
    [
      "pvcMount",
      [{ taskOutputParameter: { producerTask: "createpvc" }, mountPath: "/d" }],
      "the volume claim that the task createpvc names is not mounted at /d",
    ],
    [
      "genericEphemeralVolume",
      [{ volumeName: "v", size: "1Gi", mountPath: "/v" }],
      "the volume v of 1Gi is not mounted",
    ],
    ["emptyDirMounts", [{ volumeName: "e", mountPath: "/e" }], "the empty folder e is not mounted at /e"],
    ["enabledSharedMemory", { volumeName: "shm" }, "shared memory is that of the machine"],
    ["nodeSelector", { labels: { a: "b" } }, "the node selector is not looked at"],
    ["tolerations", [{ key: "a" }], "the toleration is not looked at"],
    ["nodeAffinity", [{}], "the node affinity is not looked at"],
    ["podAffinity", [{}], "the Pod affinity is not looked at"],
    ["podMetadata", { labels: { a: "b" } }, "labels and annotations are put nowhere"],
    ["imagePullSecret", [{ secretName: "p" }], "the image is not pulled"],
    ["imagePullPolicy", "Always", "the image is not pulled"],
    ["activeDeadlineSeconds", "30", "the time limit of 30 s counts from the start of the program"],
    ["securityContext", { runAsUser: "1000" }, "the program runs as the user of the runner"],
    ["initContainers", [{ name: "first" }], "the init container first is not executed"],
    ["brandNew", { a: 1 }, "the setting brandNew is not known"],
  ])("%s", (name, value, message) => {
    const findings = findingsOf(pipelineOf({ kubernetes: { [name]: value } }));
    expect(findings).toMatchObject([{ kind: "otherwise here" }]);
    expect(findings[0]?.message).toContain(`for exec-say, ${message}`);
    expect(findings[0]?.path).toMatch(`platforms.kubernetes.deploymentSpec.executors.exec-say.${name}`);
  });

  test("each item of a list by itself", () => {
    const secrets = ["a", "b"].map((secretName) => ({ secretName, mountPath: "/s" }));
    const findings = findingsOf(pipelineOf({ kubernetes: { secretAsVolume: secrets } }));
    expect(findings.map(({ path }) => path.slice(-17))).toEqual(["secretAsVolume[0]", "secretAsVolume[1]"]);
  });

  test.each<Json>([null, 1, "a", [null], [[]], [1], [{ keyToEnv: 1 }], { secretNameParameter: 1 }])(
    "also where it has another shape: %j",
    (value) => {
      expect(findingsOf(pipelineOf({ kubernetes: { secretAsEnv: value } }))).toHaveLength(1);
    },
  );
});
