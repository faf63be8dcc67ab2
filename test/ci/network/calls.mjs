// One call of the SDK, and what came of it: a line of JSON. It ends by itself: nothing may keep it.
// usage: calls.mjs call|connect|diagnose '{"host": …}'
import * as sdk from "../../../packages/sdk/dist/index.js";

const [way, options] = process.argv.slice(2);
const said = JSON.parse(options ?? "{}");
const began = performance.now();
let outcome;
try {
  outcome = await run();
} catch (error) {
  outcome = { code: error.code, message: error.message, fix: error.fix };
}
console.log(JSON.stringify({ ...outcome, answeredMs: performance.now() - began }));

async function run() {
  if (way === "connect") {
    const kfp = await sdk.connect(said);
    await kfp.close();
    return { host: kfp.connection.host };
  }
  if (way === "diagnose") return (await sdk.diagnose(said)).verdict;
  const kfp = new sdk.Client(said);
  try {
    return { multiUser: (await kfp.healthz.get()).multiUser };
  } finally {
    await kfp.close();
  }
}
