import { operations } from "@kfp-ts/api";
import type { Probed } from "../discovery/probe.ts";
import type { AskedAddress } from "./connect-step.ts";

/** What asking an address for its health has come to. */
export function askedOf(host: string, probed: Probed, durationMs: number): AskedAddress {
  const saw = { api: "the API", guard: "something that wants to know who is asking", nothing: "" }[probed.found];
  const { method, path } = operations.healthz.get;
  const why = probed.found === "nothing" ? probed.why : saw;
  return { method, url: host + path, status: probed.status, saw: why, durationMs };
}
