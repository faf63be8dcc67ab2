// What connecting is measured against: a server that answers every GET as a healthy one for a single user does.
import { createServer } from "node:http";

const body = JSON.stringify({ commit_sha: "abc", tag_name: "2.5.0", multi_user: false, pipeline_store: "database" });
const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };

const server = createServer((_, response) => {
  response.writeHead(200, headers);
  response.end(body);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
