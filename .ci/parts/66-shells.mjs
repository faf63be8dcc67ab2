import { needProgram } from "../part/programs.mjs";
import { end, prepareCheckout, runTests } from "../part/vitest.mjs";

/** What kfp-ts completion prints, in all shells that it is for. */
await prepareCheckout();
for (const shell of ["bash", "zsh", "fish"]) await needProgram([shell], shell);
end(await runTests(["packages/cli/test/completion/shells.test.ts"], { env: { KFP_TS_SHELLS: "1" } }));
