// Our server, as `kfp-ts serve` brings it, for the bench to measure from outside: quiet, on a free port, which it prints.
// usage: node kfp-server.mjs DATA-DIRECTORY
import { join } from "node:path";
import { startServer } from "../packages/cli/dist/server.js";

const server = await startServer({
  version: "bench",
  port: 0,
  database: { kind: "sqlite", path: join(process.argv[2], "kfp.db") },
});
console.log(server.port);
process.on("SIGTERM", () => void server.close().then(() => process.exit(0)));
