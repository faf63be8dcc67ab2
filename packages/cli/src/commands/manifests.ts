import type { Manifest, RoleBindingSubject } from "@kfp-ts/kubeflow";
import type { Kubernetes } from "@kfp-ts/kubernetes";
import { withCluster } from "../cluster/cluster-options.ts";
import { findNamespace } from "../cluster/namespace.ts";
import { UsageError } from "../command-error.ts";
import { type CommandGroup, command } from "../command-line/command.ts";
import { asRecord, readKeyValue } from "../command-line/key-value.ts";
import { flag, option, repeated, textOption, type ValuesOf } from "../command-line/option.ts";
import { wholeNumber } from "../command-line/whole-number.ts";
import type { Io } from "../io.ts";
import { applyManifest, applyOptions } from "../manifests/apply.ts";
import { printable } from "../output/printable.ts";

const tokenOptions = {
  audience: textOption("name", "What the token is for: TOKEN_REVIEW_AUDIENCE of the ml-pipeline deployment.", {
    otherwise: "pipelines.kubeflow.org",
  }),
  expirationSeconds: option("number", "How long a token holds, 600 at least.", wholeNumber(600, 2 ** 32), {
    otherwise: "7200",
  }),
};

const pod = command({
  name: "pod",
  summary: "Print a pod that has a token for Kubeflow Pipelines.",
  options: {
    namespace: textOption("name", "The namespace of the profile.", { short: "n" }),
    name: textOption("name", "The name of the pod.", { otherwise: "access-kfp-example" }),
    image: textOption("image", "What its container runs.", { otherwise: "hello-world:latest" }),
    serviceAccount: textOption("name", "The service account whose token it gets.", {
      otherwise: "the default one of the namespace",
    }),
    label: repeated("key=value", "A label of the pod.", readKeyValue),
    ...tokenOptions,
    ...applyOptions,
  },
  examples: [
    "manifests pod",
    "manifests pod --namespace team-a --service-account default-editor --image python:3.12 --apply",
  ],
  speaks: false,
  async run({ options, io }) {
    const { podManifest } = await import("@kfp-ts/kubeflow");
    const labels = asRecord("label", options.label);
    const said = options.namespace ?? namespaceOfEnvironment(io);
    await printOrApply(options, io, (kubernetes) =>
      readable(() => podManifest({ ...options, labels, namespace: said ?? namespaceToApplyTo(kubernetes) })),
    );
  },
});

const podDefault = command({
  name: "pod-default",
  summary: "Print a PodDefault that gives pods with a label a token for Kubeflow Pipelines.",
  description:
    "Kubeflow's webhook, or that of kfp-ts poddefaults, puts the token into every pod of the namespace that is created " +
    "with the label.",
  options: {
    namespace: textOption("name", "The namespace of the profile.", {
      short: "n",
      otherwise: "that of the kubeconfig's context, or the pod's own",
    }),
    allProfiles: flag("One for the namespace of each profile in the cluster."),
    name: textOption("name", "The name of the PodDefault.", { otherwise: "access-ml-pipeline" }),
    label: repeated(
      "key=value",
      'The label of the pods that get it. Default: access-ml-pipeline="true".',
      readKeyValue,
    ),
    ...tokenOptions,
    ...applyOptions,
  },
  examples: ["manifests pod-default --namespace team-a", "manifests pod-default --all-profiles --apply"],
  speaks: false,
  async run({ options, io }) {
    const { joinManifests, podDefaultManifest } = await import("@kfp-ts/kubeflow");
    const labels = asRecord("label", options.label);
    if (options.allProfiles) {
      if (options.namespace !== undefined) {
        throw new UsageError("--all-profiles and --namespace exclude each other.", "Leave one of them out.");
      }
      await withCluster(options, io, async (kubernetes) => {
        const namespaces = await namespacesOfProfiles(kubernetes);
        const manifest = readable(() =>
          joinManifests(namespaces.map((namespace) => podDefaultManifest({ ...options, labels, namespace }))),
        );
        await (options.apply ? applyManifest(kubernetes, manifest, options, io) : io.stdout.write(manifest.text));
      });
      return;
    }
    const namespace = options.namespace ?? namespaceOfEnvironment(io) ?? (await namespaceOfContext(options, io));
    if (options.apply && namespace === undefined) {
      throw new UsageError("In which namespace?", "Say it with --namespace, or take --all-profiles.");
    }
    await printOrApply(options, io, () => readable(() => podDefaultManifest({ ...options, labels, namespace })));
  },
});

const roleBinding = command({
  name: "role-binding",
  summary: "Print a role binding that lets somebody use Kubeflow Pipelines in a namespace.",
  options: {
    namespace: textOption("name", "The namespace that rights are given in.", { short: "n", otherwise: "namespace-1" }),
    toServiceAccount: option("namespace/name", "Give them to the pods of a service account.", readServiceAccount, {
      otherwise: "namespace-2/default-editor",
    }),
    toUser: textOption("email", "Give them to a person."),
    clusterRole: textOption("name", "What they may do: kubeflow-edit, kubeflow-view or kubeflow-admin.", {
      otherwise: "kubeflow-edit",
      completes: ["kubeflow-edit", "kubeflow-view", "kubeflow-admin"],
    }),
    name: textOption("name", "The name of the role binding.", { otherwise: "made of who gets them and what" }),
    ...applyOptions,
  },
  examples: [
    "manifests role-binding --namespace team-a --to-service-account team-b/default-editor",
    "manifests role-binding --namespace team-a --to-user you@example.com --cluster-role kubeflow-view --apply",
  ],
  speaks: false,
  async run({ options, io }) {
    const { roleBindingManifest } = await import("@kfp-ts/kubeflow");
    const { toServiceAccount, toUser } = options;
    if (toServiceAccount !== undefined && toUser !== undefined) {
      throw new UsageError("--to-service-account and --to-user exclude each other.", "Print a role binding for each.");
    }
    const subject: RoleBindingSubject | undefined =
      toUser === undefined ? toServiceAccount : { kind: "User", name: toUser };
    if (options.apply && (options.namespace === undefined || subject === undefined)) {
      throw new UsageError(
        "Rights are given to nobody by default.",
        "Say where with --namespace, and to whom with --to-service-account or --to-user.",
      );
    }
    await printOrApply(options, io, () => readable(() => roleBindingManifest({ ...options, subject })));
  },
});

const clusterRoles = command({
  name: "cluster-roles",
  summary: "Print the cluster roles by which Kubeflow decides who may do what with pipelines.",
  description: "Kubeflow brings them along; elsewhere they make its role bindings mean something.",
  options: applyOptions,
  examples: ["manifests cluster-roles"],
  speaks: false,
  async run({ options, io }) {
    const { clusterRolesManifest } = await import("@kfp-ts/kubeflow");
    await printOrApply(options, io, clusterRolesManifest);
  },
});

/** YAML of Kubernetes that gives access to Kubeflow Pipelines. */
export const manifests: CommandGroup = {
  name: "manifests",
  alias: "manifest",
  summary: "YAML of Kubernetes that gives access to Kubeflow Pipelines.",
  commands: [pod, podDefault, roleBinding, clusterRoles],
};

/** @param make - Makes the manifest; of a cluster where it is applied to one. */
async function printOrApply(
  options: ValuesOf<typeof applyOptions>,
  io: Io,
  make: (kubernetes?: Kubernetes) => Manifest,
): Promise<void> {
  if (options.apply) {
    await withCluster(options, io, (kubernetes) => applyManifest(kubernetes, make(kubernetes), options, io));
    return;
  }
  if (options.forceConflicts || options.yes) {
    throw new UsageError("--yes and --force-conflicts are about applying.", "Say --apply too, or leave them out.");
  }
  io.stdout.write(make().text);
}

/** What cannot be made of what was typed is wrong usage. */
function readable(make: () => Manifest): Manifest {
  try {
    return make();
  } catch (error) {
    if (error instanceof Error && error.name === "ManifestError" && "fix" in error) {
      throw new UsageError(error.message, String(error.fix));
    }
    throw error;
  }
}

function namespaceOfEnvironment({ env }: Io): string | undefined {
  return env.KFP_NAMESPACE || undefined;
}

/** As kubectl has it. Where nothing is applied, the manifest needs no namespace. */
function namespaceToApplyTo(kubernetes: Kubernetes | undefined): string | undefined {
  return kubernetes && (kubernetes.access.namespace ?? "default");
}

async function namespaceOfContext(options: ValuesOf<typeof applyOptions>, io: Io): Promise<string | undefined> {
  const found = await findNamespace(options, io);
  io.stderr.write(
    found.namespace === undefined
      ? `The namespace is a placeholder (${printable(found.why)}): say it with --namespace.\n`
      : `The namespace ${printable(found.namespace)} is from ${printable(found.from)}.\n`,
  );
  return found.namespace;
}

async function namespacesOfProfiles(kubernetes: Kubernetes): Promise<readonly string[]> {
  const { PROFILE_LABEL, profileNamespaces } = await import("@kfp-ts/kubeflow");
  const namespaces = await profileNamespaces(kubernetes);
  if (namespaces.length > 0) return namespaces;
  throw new UsageError(
    `The cluster ${kubernetes.access.server} has no profile: no namespace has the label ${PROFILE_LABEL}.`,
    "Say a namespace with --namespace.",
  );
}

function readServiceAccount(text: string): RoleBindingSubject {
  const [, namespace, name] = /^([^/:\s]+)\/([^/:\s]+)$/.exec(text) ?? [];
  if (namespace !== undefined && name !== undefined) return { kind: "ServiceAccount", namespace, name };
  throw new UsageError(`"${text}" is no service account; write NAMESPACE/NAME: team-b/default-editor.`);
}
