import { startPostgres } from "../part/postgres.mjs";
import { end, prepareCheckout, runTests } from "../part/vitest.mjs";

/** The tests of the server's store, which run on SQLite everywhere, on a real PostgreSQL. */
await prepareCheckout();
const postgres = await startPostgres();
try {
  const env = { KFP_TS_TEST_POSTGRES_URL: postgres.url };
  end(await runTests(["packages/server/test/store"], { env }));
} finally {
  await postgres.stop();
}
