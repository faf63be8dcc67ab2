import { nodeVersions } from "../part/node-versions.mjs";
import { smokeTest } from "../part/smoke.mjs";

await smokeTest(nodeVersions.smoke24);
