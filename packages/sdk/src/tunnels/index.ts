/** Tunnels for the command: the SDK's own programs get theirs from connect(). */
export { findInCluster } from "./find-in-cluster.ts";
export { openTunnel } from "./open-tunnel.ts";
export type * from "./tunnel.ts";
