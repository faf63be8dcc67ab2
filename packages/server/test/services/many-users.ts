import type { Authenticator, Claims } from "../../src/ports/authenticator.ts";
import type { Authorizer, ResourceAttributes } from "../../src/ports/authorizer.ts";
import type { UploadedFile } from "../../src/services/handlers.ts";
import type { MultiUserOptions } from "../../src/services/multi-user.ts";
import { call, echo, type Harness, packageFile, startServices } from "./harness.ts";

/** Somebody who says who they are in a header `user`; nobody in particular without a name. */
export function caller(user?: string): Claims {
  return {
    arrival: { by: "tcp", fromLoopback: true },
    header: (name) => (name === "user" && user !== undefined ? [user] : []),
  };
}

/** Believes the header `user`. */
export const byHeader: Authenticator = {
  async authenticate(claims) {
    const [user] = claims.header("user");
    if (user === undefined) return { outcome: "absent", reason: "there is no header" };
    return { outcome: "known", identity: { user } };
  },
};

/** A review that was asked for. */
export interface Asked {
  readonly user: string;
  readonly attributes: ResourceAttributes;
}

/** What `USER VERB RESOURCE NAMESPACE` may be done; a star stands for everything. */
export type Rule = `${string} ${string} ${string} ${string}`;

/** An authorizer that notes what it is asked, and allows what some rules say. */
export function rules(...allowed: readonly Rule[]): Authorizer & { readonly asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    async review(user, attributes) {
      asked.push({ user, attributes });
      const question = [user, attributes.verb, attributes.resource, attributes.namespace];
      const fits = (rule: Rule) => rule.split(" ").every((part, index) => part === "*" || part === question[index]);
      return { allowed: allowed.some(fits), reason: "" };
    },
  };
}

/** The services of many users, with the authorizer that they ask. */
export interface ManyUsers extends Harness {
  readonly asked: Asked[];
}

/** Starts the services of many users; ada may do everything everywhere, the others what the rules say. */
export async function startMany(
  allowed: readonly Rule[] = [],
  options: Partial<MultiUserOptions> & { readonly urls?: Readonly<Record<string, UploadedFile>> } = {},
): Promise<ManyUsers> {
  const { urls = {}, ...multiUser } = options;
  const authorizer = rules("ada * * *", ...allowed);
  const harness = await startServices({
    urls,
    multiUser: { authenticators: [byHeader], authorizer, ...multiUser },
  });
  return { ...harness, asked: authorizer.asked };
}

/** One of everything. */
export interface Things {
  readonly experimentId: string;
  readonly pipelineId: string;
  readonly pipelineVersionId: string;
  readonly runId: string;
  readonly recurringRunId: string;
}

/** Makes one of everything in a namespace, as ada. With "", the pipeline is shared and the rest is in `team-a`. */
export async function oneOfEach({ handlers }: Harness, namespace: string): Promise<Things> {
  const ada = caller("ada");
  const home = namespace === "" ? "team-a" : namespace;
  const experiment = await call(handlers.experiments.create, {
    caller: ada,
    body: { displayName: `experiment-${namespace}`, namespace: home },
  });
  const experimentId = experiment.experimentId ?? "";
  const pipeline = await call(handlers.pipelines.upload, {
    caller: ada,
    query: { name: `pipeline-${namespace}`, namespace },
    file: packageFile(),
  });
  const pipelineId = pipeline.pipelineId ?? "";
  const { pipelineVersions = [] } = await call(handlers.pipelineVersions.list, { caller: ada, params: { pipelineId } });
  const run = await call(handlers.runs.create, {
    caller: ada,
    body: { displayName: "run", experimentId, pipelineSpec: echo },
  });
  const recurringRun = await call(handlers.recurringRuns.create, {
    caller: ada,
    body: { displayName: "job", experimentId, pipelineSpec: echo, maxConcurrency: 1 },
  });
  return {
    experimentId,
    pipelineId,
    pipelineVersionId: pipelineVersions[0]?.pipelineVersionId ?? "",
    runId: run.runId ?? "",
    recurringRunId: recurringRun.recurringRunId ?? "",
  };
}
