import { startPostgres } from "../part/postgres.mjs";
import { end, prepareCheckout, runTests } from "../part/vitest.mjs";

/** What runs on SQLite everywhere, on a real PostgreSQL: the store, and servers that share one for runs and recurring runs. */
await prepareCheckout();
const postgres = await startPostgres();
try {
  const env = { KFP_TS_TEST_POSTGRES_URL: postgres.url };
  end(
    await runTests(
      ["packages/server/test/store", "packages/server/test/launcher/several", "packages/server/test/recurrence"],
      { env },
    ),
  );
} finally {
  await postgres.stop();
}
