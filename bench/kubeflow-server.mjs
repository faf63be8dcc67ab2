// Our server for many users, for the bench to measure from outside. Prints its port.
// usage: node kubeflow-server.mjs DATA-DIRECTORY box|slow RBAC-FILE
//   box   reviews are made by Kubeflow in a box, and kept as `kfp-ts serve --kubeflow` keeps them
//   slow  the same, 5 ms late, as if a cluster had to be asked, and kept as `kfp-ts serve --kubeconfig` keeps them
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openKubeflow } from "../packages/cli/dist/kubeflow.js";
import { cachedAuthorizer, startServer, tokenReviewAuthenticator } from "../packages/cli/dist/server.js";

const [, , dataDirectory, reviews, rbac] = process.argv;
const kubeflow = await openKubeflow({ dataDirectory, rbacPaths: [rbac] });
const late =
  (ask) =>
  async (...args) => {
    await setTimeout(5);
    return ask(...args);
  };
const cache = { revision: kubeflow.revision };
const multiUser = {
  box: {
    authenticators: [tokenReviewAuthenticator({ review: kubeflow.reviewToken, cache })],
    authorizer: cachedAuthorizer(kubeflow.authorizer, cache),
  },
  slow: {
    authenticators: [tokenReviewAuthenticator({ review: late(kubeflow.reviewToken) })],
    authorizer: cachedAuthorizer({ review: late(kubeflow.authorizer.review) }),
  },
}[reviews];
const server = await startServer({
  version: "bench",
  port: 0,
  database: { kind: "sqlite", path: join(dataDirectory, "kfp.db") },
  multiUser,
});
await kubeflow.start();
console.log(server.port);
process.on("SIGTERM", () => void Promise.all([server.close(), kubeflow.close()]).then(() => process.exit(0)));
