import { at, refusesBeyondHealth, type Scene } from "../scene.ts";

/** Namespaces where there are none, and none where there are. */
export const namespaceScenes: readonly Scene[] = [
  ...["ListExperiment requires filtering by namespace", "Namespace is empty"].map(
    (text): Scene => ({
      number: 19,
      what: `a deployment for many users is not told the namespace: ${text}`,
      symptom: `400 Invalid input error: ${text}`,
      arrange: () => at(refusesBeyondHealth(true, 400, 3, `Invalid input error: ${text}`)),
      call: (kfp) => kfp.experiments.list(),
      code: "NAMESPACE_REQUIRED",
      fix: /namespace: "team-a"/,
    }),
  ),
  {
    number: 19,
    what: "a deployment for a single user is told a namespace",
    symptom: "400 In single-user mode, ListExperiment cannot filter by namespace",
    arrange: () =>
      at(
        refusesBeyondHealth(
          false,
          400,
          3,
          "Invalid input error: In single-user mode, ListExperiment cannot filter by namespace",
        ),
        { namespace: "team-a" },
      ),
    connect: "connects",
    code: "NAMESPACE_NOT_SUPPORTED",
    fix: /[Ll]eave the namespace out/,
  },
];
