// What the client's figures are measured against: a server that answers every GET with the same run. Prints its port,
// which is the one that it is given, else a free one.
import { createServer } from "node:http";

const body = JSON.stringify({
  experiment_id: "0198c0de-0000-7000-8000-000000000001",
  run_id: "0198c0de-0000-7000-8000-000000000002",
  display_name: "a run",
  storage_state: "AVAILABLE",
  pipeline_version_reference: {
    pipeline_id: "0198c0de-0000-7000-8000-000000000003",
    pipeline_version_id: "0198c0de-0000-7000-8000-000000000004",
  },
  runtime_config: { parameters: { message: "hello", count: 3, ratio: 0.5 } },
  service_account: "pipeline-runner",
  created_at: "2026-01-02T03:04:05Z",
  scheduled_at: "2026-01-02T03:04:05Z",
  finished_at: "1970-01-01T00:00:00Z",
  state: "PENDING",
  state_history: [{ update_time: "2026-01-02T03:04:05Z", state: "PENDING" }],
});
const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };

const server = createServer((_, response) => {
  response.writeHead(200, headers);
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => console.log(server.address().port));
