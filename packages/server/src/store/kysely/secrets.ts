import { randomBytes } from "node:crypto";
import { change, type Engine, first, type Work } from "../engine.ts";
import type { Database } from "./schema.ts";

/** The secret of that name: 32 bytes, made when it is first asked for. */
export async function secret(engine: Engine, db: Database, name: string): Promise<Uint8Array> {
  const found = (await engine.read(() => readSecret(db, name))) ?? (await engine.write(() => makeSecret(db, name)));
  return new Uint8Array(Buffer.from(found, "hex"));
}

function* readSecret(db: Database, name: string): Work<string | undefined> {
  const row = yield* first(db.selectFrom("secrets").select("value").where("name", "=", name));
  return row?.value;
}

function* makeSecret(db: Database, name: string): Work<string> {
  yield* change(
    db
      .insertInto("secrets")
      .values({ name, value: randomBytes(32).toString("hex") })
      .onConflict((conflict) => conflict.doNothing()),
  );
  const value = yield* readSecret(db, name);
  if (value === undefined) throw new Error(`the secret ${name} vanished while it was made`);
  return value;
}
