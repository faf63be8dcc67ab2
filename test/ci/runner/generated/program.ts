/** What a value of a generated program is. */
export type ValueType = "int" | "str" | "list" | "lists" | "artifact";

/** The components of generated programs: what they take and what they give. */
export const operations = {
  add: { takes: { a: "int", b: "int" }, gives: "int" },
  describe: { takes: { n: "int", word: "str" }, gives: "str" },
  spread: { takes: { n: "int" }, gives: "list" },
  total: { takes: { xs: "list" }, gives: "int" },
  totals: { takes: { xss: "lists" }, gives: "int" },
  write: { takes: { text: "str" }, gives: "artifact" },
  read: { takes: { source: "artifact" }, gives: "str" },
} as const satisfies Readonly<Record<string, { takes: Readonly<Record<string, ValueType>>; gives: ValueType }>>;

/** The name of a component. */
export type OperationName = keyof typeof operations;

/** A value that stands in the program, or the name of what gives it. */
export type Argument =
  | { readonly constant: number | string | readonly number[] | readonly number[][] }
  | { readonly name: string };

/** A comparison of a whole number that a task gave with one that stands in the program. */
export interface Comparison {
  readonly left: string;
  readonly operator: "==" | "!=" | "<" | "<=" | ">" | ">=";
  readonly right: number;
}

/** A branch; the last one has no condition. `result` is what the branch gives to the whole. */
export interface Branch {
  readonly condition: Comparison | undefined;
  readonly body: readonly Statement[];
  readonly result: string;
}

/** What a program does, one after the other or at once, as its data says. */
export type Statement =
  | {
      readonly kind: "call";
      readonly name: string;
      readonly operation: OperationName;
      readonly arguments: Readonly<Record<string, Argument>>;
    }
  /** If, Elif, Else, and OneOf of what they give. */
  | { readonly kind: "choose"; readonly name: string; readonly type: ValueType; readonly branches: readonly Branch[] }
  /** If without Else: nothing comes out of it. */
  | { readonly kind: "when"; readonly condition: Comparison; readonly body: readonly Statement[] }
  /**
   * ParallelFor, and Collected of a whole number that its body gives, or the body of a loop inside it; the names of both.
   * What is collected through two loops is a list of lists.
   */
  | {
      readonly kind: "each";
      readonly item: string;
      readonly items: Argument;
      readonly parallelism: number;
      readonly body: readonly Statement[];
      readonly collected: { readonly name: string; readonly from: string } | undefined;
    };

/** A generated program. Its parameter `start` is a whole number. */
export interface Program {
  readonly body: readonly Statement[];
  /** What the pipeline gives as its output. */
  readonly output: { readonly name: string; readonly type: ValueType };
}

/** A source of random numbers that gives the same ones for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Scope = readonly { readonly name: string; readonly type: ValueType; readonly fromTask: boolean }[];

/** Makes a program from a seed. */
export function generateProgram(seed: number): Program {
  const random = randomFrom(seed);
  const upTo = (count: number) => Math.floor(random() * count);
  const pick = <T>(all: readonly T[]): T => all[upTo(all.length)] as T;
  let names = 0;
  const newName = (word: string) => `${word}_${++names}`;

  function argument(type: ValueType, scope: Scope): Argument {
    const known = scope.filter((one) => one.type === type);
    if (known.length > 0 && (type === "artifact" || random() < 0.75)) return { name: pick(known).name };
    if (type === "int") return { constant: upTo(7) - 3 };
    if (type === "str")
      return { constant: pick(["", "plain", "it's", 'a "quote"', "ünï ✓", "{{$}}", "line\nbreak", "a,b"]) };
    const list = () => Array.from({ length: upTo(4) }, () => upTo(5));
    return { constant: type === "list" ? list() : [list(), list()] };
  }

  function call(scope: Scope): Statement & { kind: "call" } {
    const possible = (Object.keys(operations) as OperationName[]).filter(
      (name) => name !== "read" || scope.some(({ type }) => type === "artifact"),
    );
    const operation = pick(possible);
    const given = Object.entries(operations[operation].takes).map(([name, type]) => [name, argument(type, scope)]);
    return { kind: "call", name: newName(operation), operation, arguments: Object.fromEntries(given) };
  }

  function integerCall(scope: Scope): Statement & { kind: "call" } {
    const [a, b] = [argument("int", scope), argument("int", scope)];
    return { kind: "call", name: newName("add"), operation: "add", arguments: { a, b } };
  }

  function comparison(scope: Scope): Comparison | undefined {
    const known = scope.filter(({ type, fromTask }) => type === "int" && fromTask);
    if (known.length === 0) return undefined;
    return { left: pick(known).name, operator: pick(["==", "!=", "<", "<=", ">", ">="]), right: upTo(9) - 4 };
  }

  function block(scope: Scope, depth: number, length: number): { body: Statement[]; scope: Scope } {
    const body: Statement[] = [];
    let known = scope;
    const learn = (name: string, type: ValueType) => {
      known = [...known, { name, type, fromTask: true }];
    };
    const add = (statement: Statement & { kind: "call" }) => {
      body.push(statement);
      learn(statement.name, operations[statement.operation].gives);
    };
    for (let index = 0; index < length; index++) {
      const kind = depth === 0 ? "call" : pick(["call", "call", "call", "choose", "when", "each"]);
      const condition = comparison(known);
      if (kind === "choose" && condition !== undefined) {
        const branches = Array.from({ length: 2 + upTo(2) }, (_, branch) => ({
          condition: branch === 0 ? condition : comparison(known),
        }));
        const type = "int";
        const name = newName("chosen");
        body.push({
          kind: "choose",
          name,
          type,
          branches: branches.map((branch, at) => {
            const inner = block(known, depth - 1, upTo(2));
            const last = integerCall(inner.scope);
            return {
              condition: at === branches.length - 1 ? undefined : branch.condition,
              body: [...inner.body, last],
              result: last.name,
            };
          }),
        });
        learn(name, type);
      } else if (kind === "when" && condition !== undefined) {
        body.push({ kind: "when", condition, body: block(known, depth - 1, 1 + upTo(2)).body });
      } else if (kind === "each") {
        const item = newName("item");
        // The compiler loops over what a task gives, and over no Collected.
        const items = argument(
          "list",
          known.filter(({ name }) => !name.startsWith("all_")),
        );
        const inner = block([...known, { name: item, type: "int", fromTask: false }], depth - 1, upTo(2));
        const last = integerCall([...inner.scope, { name: item, type: "int", fromTask: false }]);
        // An empty list that stands in the program is refused by the compiler.
        const safe =
          "constant" in items && (items.constant as readonly number[]).length === 0 ? { constant: [1] } : items;
        const innerLoop = inner.body.find((one) => one.kind === "each");
        const nested = innerLoop !== undefined && random() < 0.5;
        const from = nested ? lastNameOf(innerLoop.body) : last.name;
        const collected = random() < 0.7 ? { name: newName("all"), from } : undefined;
        body.push({ kind: "each", item, items: safe, parallelism: upTo(3), body: [...inner.body, last], collected });
        if (collected !== undefined) learn(collected.name, nested ? "lists" : "list");
      } else {
        add(call(known));
      }
    }
    return { body, scope: known };
  }

  const { body, scope } = block([{ name: "start", type: "int", fromTask: true }], 3, 2 + upTo(4));
  const last = integerCall(scope);
  const given = [
    ...scope.filter(({ name, type }) => name !== "start" && type !== "artifact"),
    { name: last.name, type: "int" as const },
  ];
  return { body: [...body, last], output: pick(given) };
}

/** The last statement of a loop is a call. */
function lastNameOf(body: readonly Statement[]): string {
  const last = body.at(-1);
  if (last?.kind !== "call") throw new Error("the body of a loop ends with a call");
  return last.name;
}
