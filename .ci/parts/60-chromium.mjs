import { needProgram } from "../part/programs.mjs";
import { prepareCheckout, runFolder } from "../part/vitest.mjs";

/** The SDK in a web page, a hostile web page and a rebound name, and people who log in at the gateway, in a real browser. */
await prepareCheckout();
const chromium = await needProgram(["chromium", "chromium-browser", "google-chrome"], "chromium");
await runFolder("browser", { KFP_TS_CHROMIUM: chromium });
