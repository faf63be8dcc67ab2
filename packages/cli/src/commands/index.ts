import type { Command, CommandGroup } from "../command-line/command.ts";
import { completion } from "./completion.ts";
import { context } from "./context.ts";
import { doctor } from "./doctor.ts";
import { experiments } from "./experiments.ts";
import { explain } from "./explain.ts";
import { health } from "./health.ts";
import { lint } from "./lint.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { manifests } from "./manifests.ts";
import { passwords } from "./passwords.ts";
import { pipelines } from "./pipelines.ts";
import { poddefaults } from "./poddefaults.ts";
import { portForward } from "./port-forward.ts";
import { profiles } from "./profiles.ts";
import { recurringRuns } from "./recurring-runs.ts";
import { run } from "./run.ts";
import { runs } from "./runs.ts";
import { serve } from "./serve.ts";
import { tokens } from "./tokens.ts";
import { versions } from "./versions.ts";
import { whoami } from "./whoami.ts";

/** The commands of each resource. */
export const groups: readonly CommandGroup[] = [
  experiments,
  pipelines,
  versions,
  runs,
  recurringRuns,
  profiles,
  passwords,
  tokens,
  context,
  manifests,
  poddefaults,
];

/** The commands that belong to no resource. */
export const commands: readonly Command[] = [
  serve,
  run,
  lint,
  portForward,
  login,
  logout,
  health,
  whoami,
  doctor,
  explain,
  completion,
];
