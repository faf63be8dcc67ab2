// The floor of the server: node:http, SQLite of the same durability, one prepared statement for each kind of request.
// usage: node sqlite-server.mjs DATABASE-FILE; prints the port.
import { createServer } from "node:http";
import { openDatabase } from "./open-database.mjs";

const database = await openDatabase(process.argv[2]);
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
database.exec(`CREATE TABLE IF NOT EXISTS experiments (
  experiment_id TEXT PRIMARY KEY, display_name TEXT NOT NULL, description TEXT NOT NULL, namespace TEXT NOT NULL,
  created_at INTEGER NOT NULL, last_run_created_at INTEGER NOT NULL, storage_state TEXT NOT NULL) STRICT`);
database.exec("CREATE INDEX IF NOT EXISTS by_time ON experiments (created_at, experiment_id)");
const insert = database.prepare("INSERT INTO experiments VALUES (?, ?, ?, ?, ?, ?, ?)");
const get = database.prepare("SELECT * FROM experiments WHERE experiment_id = ?");
const page = database.prepare("SELECT * FROM experiments ORDER BY created_at, experiment_id LIMIT 21");
let count = 0;

const server = createServer((request, response) => {
  if (request.method === "POST") {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const { display_name, description } = JSON.parse(Buffer.concat(chunks).toString());
      const row = {
        experiment_id: `floor-${++count}`,
        display_name,
        description,
        namespace: "",
        created_at: 1,
        last_run_created_at: 0,
        storage_state: "AVAILABLE",
      };
      insert.run(...Object.values(row));
      answer(response, row);
    });
  } else if (request.url.startsWith("/apis/v2beta1/experiments/")) {
    answer(response, get.get(request.url.slice("/apis/v2beta1/experiments/".length)));
  } else {
    answer(response, { experiments: page.all() });
  }
});

function answer(response, body) {
  const text = JSON.stringify(body);
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
