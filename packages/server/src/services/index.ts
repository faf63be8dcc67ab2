import type { Clock } from "../ports/clock.ts";
import { type Log, silentLog } from "../ports/log.ts";
import type { RunLauncher } from "../ports/run-launcher.ts";
import type { Store } from "../ports/store.ts";
import { createScheduler, type Scheduler, type Timers } from "../recurrence/scheduler.ts";
import { createAccess } from "./access.ts";
import { type DefaultExperiment, defaultExperiment } from "./default-experiment.ts";
import { experimentHandlers } from "./experiments.ts";
import type { Handlers, UploadedFile } from "./handlers.ts";
import { type Build, healthHandlers } from "./health.ts";
import { type NewId, newIds } from "./ids.ts";
import type { MultiUserOptions } from "./multi-user.ts";
import { multiUserNamespaces, singleUserNamespaces } from "./namespaces.ts";
import { storedNewRuns } from "./new-runs.ts";
import type { Package } from "./packages.ts";
import { pageTokens } from "./page-tokens.ts";
import { pipelineVersionHandlers } from "./pipeline-versions.ts";
import { pipelineHandlers } from "./pipelines.ts";
import { recurringRunHandlers } from "./recurring-runs.ts";
import { type RunContents, storedRunContents } from "./run-contents.ts";
import { storedRunExperiments } from "./run-experiments.ts";
import { runHandlers } from "./runs.ts";
import { storedSources } from "./sources.ts";
import { type Unserved, unservedEndpoints } from "./unserved.ts";
import { uploadHandlers } from "./uploads.ts";

/** What the services work with. */
export interface ServicesOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Fetches a package from a URL, and refuses URLs that it must not fetch from. */
  readonly fetchPackage: (url: string) => Promise<UploadedFile>;
  /** Takes the text of a compiled pipeline out of a file: YAML, JSON, a zip or a tarball of it. */
  readonly readPackage: (file: UploadedFile) => Promise<string>;
  /** Reads and checks the text of a compiled pipeline, as readPackageText does. */
  readonly parsePackage: (text: string) => Promise<Package>;
  /** What executes runs. Without one they stay PENDING. */
  readonly launcher?: RunLauncher | undefined;
  /** Hears of recurring runs that cannot make their runs. */
  readonly log?: Log | undefined;
  /** When recurring runs are looked at; those of this process unless given. */
  readonly timers?: Timers | undefined;
  /** Makes the ids of what is created; UUIDs of version 7 by the clock unless given. */
  readonly newId?: NewId | undefined;
  /** Makes the services those of many users; without it they ask nobody who they are. */
  readonly multiUser?: MultiUserOptions | undefined;
  /** Where on a cluster the server would live: upstream's POD_NAMESPACE; "kubeflow" unless given. */
  readonly systemNamespace?: string | undefined;
  /** The build that the health checks show; "unknown" unless given, as with an image that was built without saying. */
  readonly build?: Build | undefined;
  /** The service account of runs that name none: upstream's DEFAULTPIPELINERUNNERSERVICEACCOUNT. */
  readonly defaultServiceAccount?: string | undefined;
}

/** The handlers of all operations, and what has to be done before the first of them is called. */
export interface Services {
  readonly handlers: Handlers;
  /** For the endpoints of upstream that are refused here. */
  readonly unserved: Unserved;
  /** What the tasks of runs have written. */
  readonly contents: RunContents;
  /** Has recurring runs make their runs; undefined where nothing would execute them. */
  readonly scheduler: Scheduler | undefined;
  /** Makes the default experiment where there is none: clients expect to find it on a server that was never used. */
  readonly defaultExperiment: DefaultExperiment;
  /** What has to be written before the first request, so that requests that only read write nothing. */
  readonly prepare: () => Promise<void>;
}

/** Puts the services together. */
export function createServices(options: ServicesOptions): Services {
  const { store, clock, fetchPackage, readPackage, parsePackage, launcher } = options;
  const {
    newId = newIds(clock),
    build = { commitSha: "unknown", tagName: "unknown" },
    multiUser,
    systemNamespace = "kubeflow",
    log = silentLog,
    defaultServiceAccount = multiUser ? "default-editor" : "pipeline-runner",
  } = options;
  const access = multiUser && createAccess({ ...multiUser, systemNamespace });
  const namespaces = multiUser
    ? multiUserNamespaces({ system: systemNamespace, requireForPipelines: multiUser.requireNamespaceForPipelines })
    : singleUserNamespaces(systemNamespace);
  const tokens = pageTokens(store);
  const makeDefault = defaultExperiment({ store, clock, newId });
  const sources = storedSources({ store, access });
  const experiments = storedRunExperiments({ store, defaultExperiment: makeDefault, namespaces });
  const shared = {
    store,
    clock,
    newId,
    access,
    namespaces,
    tokens,
    fetchPackage,
    readPackage,
    parsePackage,
    sources,
    experiments,
    defaultServiceAccount,
  };
  const uploads = uploadHandlers(shared);
  const newRuns = storedNewRuns({ store, clock, launcher });
  const scheduler =
    launcher &&
    createScheduler({
      ...{ store, clock, experiments, newRuns, defaultServiceAccount, log, timers: options.timers },
      // Who made the recurring run was asked for the right to its pipeline then.
      sources: storedSources({ store }),
    });
  return {
    scheduler,
    defaultExperiment: makeDefault,
    unserved: unservedEndpoints({ store, access, namespaces }),
    contents: storedRunContents({ store, access, namespaces, launcher }),
    prepare: async () => {
      await tokens.prepare();
      // With many users, each namespace has what its users make.
      if (!namespaces.multiUser) await makeDefault();
    },
    handlers: {
      experiments: experimentHandlers(shared),
      pipelines: { ...pipelineHandlers(shared), upload: uploads.uploadPipeline },
      pipelineVersions: { ...pipelineVersionHandlers(shared), upload: uploads.uploadVersion },
      runs: runHandlers({ ...shared, newRuns, launcher }),
      recurringRuns: recurringRunHandlers({ ...shared, changed: () => scheduler?.wake() }),
      ...healthHandlers({ build, access, namespaces }),
    },
  };
}
