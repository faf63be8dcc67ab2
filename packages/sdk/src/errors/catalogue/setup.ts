import { type ErrorEntry, entriesOf } from "../error-entry.ts";

const entry = entriesOf("setup");

/** What the caller gave is wrong; nothing was sent. */
export const setupErrors = {
  NO_ENDPOINT: entry(
    "No endpoint",
    "No host was given, the environment variable KF_PIPELINES_ENDPOINT is not set, and none was found where it was looked for: by a Client in the cluster of its pod, by connect() also in saved contexts, the kubeconfig and on this machine.",
    'Pass a host, as in connect({ host: "http://localhost:3000" }), or set KF_PIPELINES_ENDPOINT; or start a server here with kfp-ts serve.',
  ),
  BAD_ENDPOINT: entry(
    "The endpoint is no usable URL",
    "The host cannot be read as an http or https URL, or it carries a query or a fragment.",
    "Give scheme, host and, where there is one, the path in front of /apis: https://kubeflow.example.com/pipeline.",
  ),
  SECRET_IN_URL: entry(
    "The endpoint carries a user name or a password",
    "URLs end up in logs, process lists and error messages, so a secret in one does not stay secret.",
    "Take the part before the @ out of the URL and pass credentials instead.",
  ),
  AMBIGUOUS_ENDPOINT: entry(
    "Several Kubeflow Pipelines were found",
    "Nothing says which one is meant, and guessing could change things in the wrong place.",
    "Say which one, as the message lists them.",
  ),
  CONTEXT_UNUSABLE: entry(
    "The saved context cannot be used",
    "The context that was chosen does not exist, or the file of contexts is broken or cannot be read.",
    "Look with kfp-ts context list, and choose one with kfp-ts context use NAME; or pass a host.",
  ),
  KUBECONFIG_UNUSABLE: entry(
    "The kubeconfig cannot be used",
    "The kubeconfig is missing, broken or unreadable, lacks the context that was asked for, or its credentials cannot be had.",
    "Correct what the message names; kubectl config view shows what kubectl reads.",
  ),
  PORT_IN_USE: entry(
    "The local port is taken",
    "Another program on this machine listens on the port that the tunnel was to have.",
    "Leave the port out to get a free one, or name another.",
  ),
  BAD_OPTION: entry(
    "An option is wrong",
    "An option of the client has a value that cannot work, or two options exclude each other.",
    "Correct the option that the message names.",
  ),
  BAD_ARGUMENT: entry(
    "An argument is wrong",
    "A call was given a value that can never be right. Nothing was sent.",
    "Correct the argument that the message names.",
  ),
  NOT_SUPPORTED_HERE: entry(
    "Not supported in this environment",
    "The call needs something that this environment does not have, such as a file system in a browser.",
    "Use the alternative that the message names.",
  ),
  FILE_UNREADABLE: entry(
    "A file cannot be read",
    "A file that the call needs is missing, is not readable, or changed while it was read.",
    "Check the path and its permissions.",
  ),
  FILE_UNWRITABLE: entry(
    "A file cannot be written",
    "A file that is kept on this machine cannot be changed: it is not allowed, the disk is full, or another program holds it.",
    "Correct the permissions of the file that the message names.",
  ),
  BAD_PACKAGE: entry(
    "Not a compiled pipeline",
    "The package is neither a compiled pipeline as YAML or JSON nor an archive (.zip, .tar.gz, .tgz) that contains one.",
    "Compile the pipeline again and pass the file that the compiler wrote.",
  ),
} as const satisfies Readonly<Record<string, ErrorEntry>>;
