import { startServer } from "@kfp-ts/server";
import { afterAll, beforeAll } from "vitest";
import { runCommand } from "../src/run-command.ts";
import { type Fake, type FakeOptions, fakeIo } from "./fake-io.ts";

/** What a command line came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server for the tests of one file, and the command pointed at it. */
export interface Embedded {
  readonly url: string;
  /** Runs a command line against the server. */
  kfp(argv: readonly string[], options?: Omit<FakeOptions, "argv">): Promise<Outcome>;
  /** Runs a command line that has to end with 0, and gives what it printed. */
  ok(argv: readonly string[], options?: Omit<FakeOptions, "argv">): Promise<string>;
  /** Runs a command line with `--output json`, and gives what it printed. */
  json(argv: readonly string[], options?: Omit<FakeOptions, "argv">): Promise<Record<string, never>>;
}

/** Starts a server in memory before the tests of a file, and stops it after them. */
export function embeddedServer(): Embedded {
  let server: Awaited<ReturnType<typeof startServer>> | undefined;
  beforeAll(async () => {
    server = await startServer({ version: "test", database: { kind: "memory" }, port: 0 });
  });
  afterAll(() => server?.close());
  const embedded: Embedded = {
    get url() {
      return server?.url ?? "";
    },
    kfp: (argv, options = {}) =>
      outcomeOf(fakeIo({ ...options, argv, env: { KFP_ENDPOINT: server?.url ?? "", ...options.env } })),
    async ok(argv, options) {
      const { code, stdout, stderr } = await embedded.kfp(argv, options);
      if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code}: ${stderr}`);
      return stdout;
    },
    async json(argv, options) {
      return JSON.parse(await embedded.ok([...argv, "--output", "json"], options));
    },
  };
  return embedded;
}

/** Runs the command on a fake process. */
export async function outcomeOf({ io, stdout, stderr }: Fake): Promise<Outcome> {
  const code = await runCommand(io);
  return { code, stdout: stdout(), stderr: stderr() };
}
