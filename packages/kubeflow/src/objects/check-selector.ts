import { badKey, checkLabels } from "./check-metadata.ts";
import { labelValue, qualifiedName } from "./names.ts";
import { type Flaw, type Path, writePath } from "./shape.ts";

interface WrittenSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | null | undefined;
  readonly matchExpressions?:
    | ReadonlyArray<{
        readonly key?: string;
        readonly operator?: string;
        readonly values?: readonly string[] | null | undefined;
      }>
    | null
    | undefined;
}

/** Finds what a Kubernetes API server would refuse in a selector of labels. */
export function checkSelector(selector: WrittenSelector, path: Path, flaws: Flaw[]): void {
  checkLabels(selector.matchLabels, [...path, "matchLabels"], flaws);
  for (const [index, { key = "", operator = "", values }] of (selector.matchExpressions ?? []).entries()) {
    const here = [...path, "matchExpressions", index];
    const add = (message: string): number => flaws.push({ path: here, message: `${writePath(here)}: ${message}` });
    const some = (values ?? []).length > 0;
    const wrongKey = qualifiedName(key);
    if (wrongKey) flaws.push({ ...badKey([...here, "key"], key, wrongKey), ofKey: false });
    if (operator === "In" || operator === "NotIn") {
      if (!some) add(`${operator} needs values to compare with.`);
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (some) add(`${operator} looks at no values: leave them out.`);
    } else add(`${JSON.stringify(operator)} is no operator. Right: In, NotIn, Exists or DoesNotExist.`);
    for (const [at, value] of (values ?? []).entries()) {
      const wrong = labelValue(value);
      if (!wrong) continue;
      const message = `${JSON.stringify(value)} is no value of a label. Right: ${wrong}.`;
      flaws.push({ path: [...here, "values", at], message });
    }
  }
}
