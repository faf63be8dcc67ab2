import { join } from "node:path";
import { CommandError, UsageError } from "../command-error.ts";
import { command } from "../command-line/command.ts";
import { flag, option, repeated, textOption } from "../command-line/option.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { styleFor } from "../output/style.ts";
import { announced } from "../serve/announce.ts";
import { banner } from "../serve/banner.ts";
import { chooseDatabase, type Database, databaseOptions, placeOf } from "../serve/database.ts";
import { namesOfGateway } from "../serve/gateway.ts";
import { kubeflowOptions, openBox, refuseWithoutBox } from "../serve/kubeflow.ts";
import { logLevels, readLevel, serverLog } from "../serve/log.ts";
import { chooseMultiUser, multiUserOptions } from "../serve/multi-user.ts";
import { chooseRuns, runsOptions } from "../serve/runs.ts";
import { stopSignals } from "../serve/stop-signals.ts";
import { ownVersion } from "../version.ts";

/** `kfp-ts serve`: a Pipelines API on this machine. */
export const serve = command({
  name: "serve",
  summary: "Run a Kubeflow Pipelines API on this machine.",
  description:
    "It answers on http://127.0.0.1:3000 as the API of Kubeflow Pipelines does, and executes runs on this machine. " +
    "Ctrl-C stops it, and runs under way go on when it starts again; a second Ctrl-C stops it at once.",
  options: {
    host: textOption("address", "The address to listen on.", { otherwise: "127.0.0.1" }),
    port: option("number", "The port to listen on; 0 for any that is free.", wholeNumber(0, 65_535), {
      otherwise: "3000",
    }),
    ...databaseOptions,
    allowedHost: repeated(
      "host",
      "A further name under which it may be called. Names of this machine and of Kubeflow need none.",
    ),
    allowOrigin: repeated("origin", "Let web pages of this origin use it: https://portal.example.com."),
    ...runsOptions,
    insecureNoAuth: flag("Listen beyond this machine, although everybody who reaches it can use it."),
    ...kubeflowOptions,
    ...multiUserOptions,
    logLevel: option("level", "How much it says: debug, info, warn, error or silent.", readLevel, {
      otherwise: "warn on a terminal, else info",
      completes: logLevels,
    }),
  },
  examples: [
    "serve",
    "serve --in-memory --port 0",
    "serve --kubeflow --port 3001 --rbac rbac.yaml",
    "serve --database postgres://kfp@db.example.com/kfp      (with PGPASSWORD set)",
    "serve --multi-user --kubeconfig ~/.kube/config --identity-from unix:/run/kfp/kfp.sock",
  ],
  speaks: false,
  stopsItself: true,
  async run({ options, io }): Promise<ExitCode> {
    const { host = "127.0.0.1" } = options;
    const log = serverLog(io, options.logLevel ?? (io.stderr.isTerminal ? "warn" : "info"));
    const database = await chooseDatabase(options, io.env);
    refuseWithoutBox(options);
    const gateway = namesOfGateway(options);
    const { runs, said } = chooseRuns(options, { database, host, io });
    const multiUser = options.kubeflow
      ? await openBox(options, { host, io, log, database })
      : await chooseMultiUser(options, { host, io, log });
    const stopping = stopSignals(io);
    const version = ownVersion();
    // Large, and no other command needs it.
    const { startServer } = await import("@kfp-ts/server");
    const server = await startServer({
      ...multiUser.options,
      version,
      host,
      port: options.port,
      allowedHosts: [...options.allowedHost, ...gateway.hosts],
      allowOrigins: [...options.allowOrigin, ...gateway.origins],
      insecureNoAuth: options.insecureNoAuth,
      database: storeOf(database),
      runs,
      log,
    }).catch(async (error: unknown) => {
      await multiUser.close();
      throw startFailure(error);
    });
    const more = await multiUser.ready?.(server).catch(async (error: unknown) => {
      await server.close();
      await multiUser.close();
      throw error;
    });
    const { url } = server;
    const startedAt = new Date(io.now());
    const isMultiUser = multiUser.options.multiUser !== undefined;
    const withdraw = await announced(
      io.env,
      { endpoint: url, version, startedAt, multiUser: isMultiUser, gateway: more?.gateway },
      log,
    );
    const facts = { url, version, data: placeOf(database), runs: said, identities: multiUser.identities, more };
    io.stdout.write(banner(facts, styleFor(io.stdout.isTerminal, io.env)));
    const signal = await stopping.first;
    io.stderr.write(
      signal === "SIGINT" ? "\nStopping. Ctrl-C again does not wait for requests under way.\n" : "Stopping.\n",
    );
    const stop = async (): Promise<ExitCode> => {
      await withdraw();
      await multiUser.leave?.();
      await server.close();
      await multiUser.close();
      return exitCodes.done;
    };
    const closed = stop();
    const exitCode = await Promise.race([closed, stopping.second]);
    stopping.end();
    return exitCode;
  },
});

function storeOf(database: Database) {
  switch (database.kind) {
    case "memory":
      return database;
    case "directory":
      return { kind: "sqlite", path: join(database.path, "kfp-ts.db") } as const;
    case "postgres":
      return database;
  }
}

const ABOUT_OPTIONS = new Set<unknown>(["ERR_OPTION", "ERR_OPEN_TO_NETWORK", "ERR_ISOLATION", "INVALID"]);

/** The server's errors say what to do in their messages; some of them are about what was typed. */
function startFailure(error: unknown): unknown {
  const { name, code, message } = error as {
    readonly name?: unknown;
    readonly code?: unknown;
    readonly message?: unknown;
  };
  if (name !== "StartError" && name !== "StoreOpenError") return error;
  return ABOUT_OPTIONS.has(code) ? new UsageError(String(message)) : new CommandError(String(message));
}
