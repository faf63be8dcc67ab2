// A Kubeflow Pipelines that is well, and ends with whoever started it.
// usage: healthy.mjs ADDRESS PORT
import { createServer } from "node:http";

const [address, port] = process.argv.slice(2);
const starter = process.ppid;
createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json" }).end('{"multi_user":false}');
}).listen(Number(port), address);
setInterval(() => {
  if (process.ppid !== starter) process.exit();
}, 50);
