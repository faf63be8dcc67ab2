import type { ContainerSpec } from "@kfp-ts/api/pipeline-spec";
import type { ContainerComponent } from "../plan/plan.ts";
import type { Finding } from "./finding.ts";
import { componentsOfKind, executorPath, type Rule, type Subject } from "./subject.ts";

/** Images that are no programs: the backend itself does their work. */
const volumeImages = ["argostub/createpvc", "argostub/deletepvc"];

/**
 * Containers that this machine cannot execute.
 *
 * @param refusals - By the labels of their executors: why no runtime executes it.
 */
export function* containersNotHere(subject: Subject, refusals: ReadonlyMap<string, string>): Iterable<Finding> {
  for (const component of executorsOf(subject)) {
    const { executorLabel, container } = component;
    const refusal = refusals.get(executorLabel);
    if (volumeImages.includes(container.image ?? "")) {
      yield {
        kind: "refused here",
        rule: "volume-claim",
        path: executorPath(component, "container", "image"),
        message: `${executorLabel} makes or deletes a volume claim of a cluster, and there is none here; use the workspace or artifacts`,
      };
    } else if (refusal !== undefined) {
      yield {
        kind: "refused here",
        rule: "container",
        path: executorPath(component, "container"),
        message: `${executorLabel} (image ${container.image || "without a name"}) cannot be executed here: ${refusal}`,
      };
    }
  }
}

/** Placeholders that the launcher of a cluster does not know, and this one does. */
export const placeholders: Rule = function* (subject) {
  for (const component of executorsOf(subject)) {
    const { container } = component;
    for (const [field, texts] of [
      ["command", container.command ?? []],
      ["args", container.args ?? []],
    ] as const) {
      for (const [index, text] of texts.entries()) {
        // Source code is long, and no placeholder; but it may well be that it speaks of them.
        if (!text.includes("{{$") && !text.startsWith("{")) continue;
        const facts = factsOf(text, component);
        if (field === "command" && index === 0 && firstWord.test(text) && !text.startsWith('{"')) {
          facts.push(["placeholder-in-program", `a placeholder in the name of the program is not replaced ${there}`]);
        }
        for (const [rule, fact] of facts) {
          yield {
            kind: "otherwise in Kubeflow",
            rule,
            path: `${executorPath(component, "container", field)}[${index}]`,
            message: `for ${component.executorLabel}, ${fact}`,
          };
        }
      }
    }
  }
};

/** What a cluster does not do before a program starts. */
export const lifecycles: Rule = function* (subject) {
  for (const component of executorsOf(subject)) {
    if (component.container.lifecycle?.preCacheCheck === undefined) continue;
    yield {
      kind: "otherwise in Kubeflow",
      rule: "pre-cache-check",
      path: executorPath(component, "container", "lifecycle", "preCacheCheck"),
      message: `for ${component.executorLabel}, the check before the cache is not executed, there and here`,
    };
  }
};

const firstWord = /\{\{\$\.(?:outputs|inputs\.artifacts)/;

const there = "in Kubeflow Pipelines, but it is here";

/** Placeholders of the specification, and what is done for them. */
const rare: readonly (readonly [pattern: RegExp, rule: string, fact: string])[] = [
  [
    /\{\{\$\.(?:inputs|outputs)\.artifacts\['[^']*'\](?:\.metadata[^}]*)?\}\}/,
    "unknown-placeholder",
    `is not replaced ${there}`,
  ],
  [/\{\{\$\.(?:outputs\.output_file|outputMetadataUri)\}\}/, "unknown-placeholder", `is not replaced ${there}`],
  [
    /\{\{\$\.(?:inputs|outputs)\.artifacts\['[^']*'\]\.properties[^}]*\}\}/,
    "unknown-placeholder",
    "is not replaced, there and here",
  ],
  [
    /\{\{\$\.pipeline_(?:job|task)_\w+\}\}/,
    "run-metadata-in-arguments",
    "is not replaced, there and here: give it to the task as an input",
  ],
];

function factsOf(text: string, component: ContainerComponent): (readonly [rule: string, fact: string])[] {
  const facts = rare.flatMap(([pattern, rule, fact]): (readonly [string, string])[] => {
    const found = pattern.exec(text)?.[0];
    return found === undefined ? [] : [[rule, `${found} ${fact}`]];
  });
  if (/^\s*\{\s*"Concat"\s*:/.test(text)) facts.push(["concat-placeholder", `Concat is not put together ${there}`]);
  const tested = /^\s*\{\s*"IfPresent"\s*:\s*\{[^{}]*"InputName"\s*:\s*"([^"]*)"/.exec(text)?.[1];
  if (tested !== undefined) {
    if (text.includes("$.outputs")) {
      facts.push(["if-present-with-output", `IfPresent with an output within is not decided ${there}`]);
    }
    if (Object.hasOwn(component.inputs.artifacts, tested)) {
      facts.push(["if-present-of-artifact", `the artifact ${tested} of IfPresent is never taken for present ${there}`]);
    }
  }
  return facts;
}

/** The components that are containers, each executor once: components may share one. */
export function executorsOf(subject: Subject): readonly (ContainerComponent & { readonly container: ContainerSpec })[] {
  const byLabel = new Map(
    componentsOfKind(subject, "container").map(({ component }) => [component.executorLabel, component] as const),
  );
  return [...byLabel.values()];
}
