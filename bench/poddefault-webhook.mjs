// The PodDefault webhook with 1,000 profiles' PodDefaults, for the bench to measure from outside. Prints its port.
// usage: node poddefault-webhook.mjs CERTIFICATE KEY NAMESPACE…
import { fixedPodDefaults, podDefaultManifest, servePodDefaults } from "../packages/cli/dist/kubeflow.js";

const [, , cert, key, ...namespaces] = process.argv;
const podDefaults = namespaces.flatMap((namespace) => podDefaultManifest({ namespace }).objects);
const webhook = await servePodDefaults({ podDefaults: fixedPodDefaults(podDefaults), tls: { cert, key }, port: 0 });
console.log(webhook.port);
process.on("SIGTERM", () => void webhook.close().then(() => process.exit(0)));
