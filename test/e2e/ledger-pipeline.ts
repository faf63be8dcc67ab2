import { readdirSync, readFileSync } from "node:fs";

/** A program that writes into the ledger that it ran, and gives a number. */
function program(name: string) {
  const script = 'echo "$0 $1" >> "$2"; sleep 0.02; printf %s "$(( $1 + 1 ))" > "$3"';
  const n = "{{$.inputs.parameters['n']}}";
  const args = [script, name, n, "{{$.inputs.parameters['ledger']}}", "{{$.outputs.parameters['Output'].output_file}}"];
  return { container: { image: "any", command: ["sh", "-c"], args } };
}

/** What stands in the ledger once all has been executed, in any order. */
export const inLedger = ["first 1", "one 10", "one 20", "one 30", "last"];

/**
 * One task, three at once, and one that takes what they gave, with programs of this machine: each writes a line into the
 * file that the parameter `ledger` names. `Output` of the run is 112131.
 */
export function ledgerPipeline() {
  const number = { parameterType: "NUMBER_INTEGER" };
  const text = { parameterType: "STRING" };
  const leaf = (label: string, n: object = number) => ({
    executorLabel: label,
    inputDefinitions: { parameters: { n, ledger: text } },
    outputDefinitions: { parameters: { Output: number } },
  });
  const ledger = { componentInputParameter: "ledger" };
  const output = (producerTask: string, outputParameterKey = "Output") => ({
    taskOutputParameter: { producerTask, outputParameterKey },
  });
  const join = program("last");
  join.container.args[0] = 'echo "$0" >> "$2"; printf %s "$1" | tr -dc 0-9 > "$3"';
  return {
    pipelineInfo: { name: "ledger" },
    schemaVersion: "2.1.0",
    sdkVersion: "kfp-2.17.0",
    root: {
      inputDefinitions: { parameters: { ledger: text } },
      outputDefinitions: { parameters: { Output: number } },
      dag: {
        outputs: {
          parameters: { Output: { valueFromParameter: { producerSubtask: "last", outputParameterKey: "Output" } } },
        },
        tasks: {
          first: {
            componentRef: { name: "comp-first" },
            inputs: { parameters: { n: { runtimeValue: { constant: 1 } }, ledger } },
          },
          each: {
            componentRef: { name: "comp-each" },
            dependentTasks: ["first"],
            inputs: { parameters: { ledger } },
            parameterIterator: { itemInput: "n", items: { raw: "[10, 20, 30]" } },
          },
          last: {
            componentRef: { name: "comp-last" },
            inputs: { parameters: { n: output("each", "all"), ledger } },
          },
        },
      },
    },
    components: {
      "comp-first": leaf("first"),
      "comp-each": {
        inputDefinitions: { parameters: { n: number, ledger: text } },
        outputDefinitions: { parameters: { all: { parameterType: "LIST" } } },
        dag: {
          outputs: {
            parameters: { all: { valueFromParameter: { producerSubtask: "one", outputParameterKey: "Output" } } },
          },
          tasks: {
            one: {
              componentRef: { name: "comp-one" },
              inputs: { parameters: { n: { componentInputParameter: "n" }, ledger } },
            },
          },
        },
      },
      "comp-one": leaf("one"),
      "comp-last": leaf("last", { parameterType: "LIST" }),
    },
    deploymentSpec: { executors: { first: program("first"), one: program("one"), last: join } },
  };
}

/** Processes of this machine that name the ledger: those of tasks. */
export function leftRunning(ledger: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, "utf8");
        return line.includes(ledger) ? [line.replaceAll("\0", " ")] : [];
      } catch {
        return [];
      }
    });
}
