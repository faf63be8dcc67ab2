import { listableRun, parseFilter, parseSort } from "@kfp-ts/api";
import { afterEach } from "vitest";
import { createParsePackage } from "../../src/package-file/parse-package.ts";
import { readPackage } from "../../src/package-file/read-package.ts";
import type { RunLauncher } from "../../src/ports/run-launcher.ts";
import type { RunRecord, Store } from "../../src/ports/store.ts";
import type { Scheduler } from "../../src/recurrence/scheduler.ts";
import type { Handlers } from "../../src/services/handlers.ts";
import { createServices } from "../../src/services/index.ts";
import { openStore } from "../../src/store/open.ts";
import { type Adapter, adapters, type Place } from "../store/adapters.ts";

/** 2026-01-01T00:00:00Z. */
export const midnight = 1_767_225_600;

/** A server's services with recurring runs, a clock and timers that stand until they are moved. */
export interface Scheduled {
  readonly handlers: Handlers;
  readonly store: Store;
  readonly scheduler: Scheduler;
  /** What the log was told of things in the way. */
  readonly warnings: readonly string[];
  /** How often the store was asked what is due. */
  readonly looks: () => number;
  /** Sets the clock, in seconds, lets timers that are due then go off, and waits until all has been done. */
  at(seconds: number): Promise<void>;
  /** Moves the clock second by second. */
  until(seconds: number): Promise<void>;
  /** The runs, oldest first. */
  runs(): Promise<readonly RunRecord[]>;
  /** Ends all runs that have not ended. */
  endRuns(): Promise<void>;
  close(): Promise<void>;
}

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** Makes an empty database in a file, which several servers can open. */
export async function newPlace(adapter: Adapter | undefined = adapters[0]): Promise<Place> {
  if (adapter === undefined) throw new Error("there is no adapter of the store");
  const place = await adapter.make();
  cleanups.push(() => place.remove());
  return place;
}

/** Starts services on a database, or on the store of others; in memory unless one is given. */
export async function startScheduled(place?: Place | Store, start = midnight): Promise<Scheduled> {
  let now = start * 1000;
  // What timers go by: it does not go back.
  let passed = 0;
  let looks = 0;
  const sleeping = new Map<() => void, number>();
  const warnings: string[] = [];
  const note = (fields: Readonly<Record<string, unknown>>, message: string) =>
    void warnings.push(`${message}: ${fields.err instanceof Error ? fields.err.message : ""}`);
  const clock = { now: () => now };
  const shared = place !== undefined && "schedule" in place;
  const opened = shared ? place : await openStore({ database: place?.database ?? { kind: "memory" }, clock });
  const store: Store = {
    ...opened,
    schedule: {
      ...opened.schedule,
      due: (...asked) => {
        looks += 1;
        return opened.schedule.due(...asked);
      },
    },
  };
  const { handlers, scheduler, prepare } = createServices({
    store,
    clock,
    launcher: idleLauncher,
    log: { debug: () => {}, info: () => {}, warn: note, error: note },
    timers: {
      after(ms, callback) {
        sleeping.set(callback, passed + ms);
        return () => sleeping.delete(callback);
      },
    },
    fetchPackage: () => Promise.reject(new Error("nothing is fetched")),
    readPackage,
    parsePackage: createParsePackage(),
  });
  if (scheduler === undefined) throw new Error("there is a launcher, but no scheduler");
  await prepare();
  scheduler.begin();
  await scheduler.idle();

  async function at(seconds: number): Promise<void> {
    passed += Math.max(seconds * 1000 - now, 0);
    now = seconds * 1000;
    await scheduler?.idle();
    for (const [callback, due] of [...sleeping]) {
      if (due > passed || !sleeping.delete(callback)) continue;
      callback();
      await scheduler?.idle();
    }
  }

  const list = async () => {
    const page = await store.runs.list({
      sort: parseSort(listableRun, "created_at"),
      filter: parseFilter(listableRun, undefined),
      pageSize: 1000,
    });
    return page.items;
  };

  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await scheduler.close();
    if (!shared) await store.close();
  };
  cleanups.push(close);
  return {
    ...{ handlers, store, scheduler, warnings, at, close, runs: list },
    looks: () => looks,
    until: async (seconds) => {
      for (let second = Math.floor(now / 1000) + 1; second <= seconds; second++) await at(second);
    },
    endRuns: async () => {
      for (const { runId } of await list()) {
        await store.runs.setState(runId, ["PENDING", "RUNNING"], "SUCCEEDED", Math.floor(now / 1000));
      }
    },
  };
}

const idleLauncher: RunLauncher = {
  place: "here",
  begin: () => {},
  changed: () => {},
  tasks: async () => undefined,
  outputs: async () => undefined,
  log: async () => undefined,
  artifact: async () => undefined,
  close: async () => {},
};
