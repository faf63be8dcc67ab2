/** Tunnels for the command: the SDK's own programs get theirs from connect(). */
export {
  chooseService,
  endpointOfTunnel,
  gateway,
  gatewayIn,
  isGateway,
  namespacesToLookInto,
  pipelinesServices,
  type ServiceName,
} from "./choose-service.ts";
export { findInCluster } from "./find-in-cluster.ts";
export { openTunnel } from "./open-tunnel.ts";
export type * from "./tunnel.ts";
