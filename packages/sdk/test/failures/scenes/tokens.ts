import { ServiceAccountTokenVolumeCredentials } from "../../../src/index.ts";
import { json, refusal } from "../../helpers/local-server.ts";
import {
  at,
  healthy,
  plain,
  refuses,
  refusesBeyondHealth,
  type Scene,
  type SceneElsewhere,
  says,
  token,
} from "../scene.ts";

const review = (reason: string) =>
  `Authentication failure: Unauthenticated: Review.Status.Authenticated is false. Error ${reason}: Failed to authenticate token review`;
const denied = (user: string) =>
  `PermissionDenied: User '${user}' is not authorized with reason:  (request: &ResourceAttributes{Namespace:team-a,Verb:list,Group:pipelines.kubeflow.org,Version:v1beta1,Resource:experiments,Subresource:,Name:,})`;

/** Tokens that are missing, of the wrong kind, or of somebody who may not. */
export const tokenScenes: readonly Scene[] = [
  {
    number: 2,
    what: "no PodDefault has mounted a token",
    symptom: "Failed to read a token from file '/var/run/secrets/kubeflow/pipelines/token'",
    arrange: () =>
      at(refuses(401, 16, "Request header error: there is no user identity header."), {
        credentials: new ServiceAccountTokenVolumeCredentials({ path: "/nonexistent/kubeflow/pipelines/token" }),
      }),
    code: "TOKEN_FILE_MISSING",
    names: /\/nonexistent\/kubeflow\/pipelines\/token/,
    fix: /PodDefault access-ml-pipeline[\s\S]*serviceAccountToken:[\s\S]*audience: pipelines\.kubeflow\.org/,
  },
  {
    number: 3,
    what: "the token is for Kubernetes itself",
    symptom: "Failed to find all of '[pipelines.kubeflow.org]' in audience",
    arrange: () =>
      at(refuses(401, 16, "Failed to find all of '[pipelines.kubeflow.org]' in audience"), {
        credentials: token({ aud: ["https://kubernetes.default.svc"] }),
      }),
    code: "TOKEN_WRONG_AUDIENCE",
    names: /https:\/\/kubernetes\.default\.svc;[\s\S]*pipelines\.kubeflow\.org/,
    fix: /--audience=pipelines\.kubeflow\.org/,
  },
  {
    number: 3,
    what: "the token is for an audience that the server was told not to want",
    symptom: "Review.Status.Authenticated is false, with the audiences that were asked for",
    arrange: () =>
      at(
        refuses(
          401,
          16,
          review('[invalid bearer token, token audiences ["a"] is invalid for the target audiences ["b.example.com"]]'),
        ),
        {
          credentials: token({ aud: ["a.example.com"] }),
        },
      ),
    code: "TOKEN_WRONG_AUDIENCE",
    names: /a\.example\.com[\s\S]*b\.example\.com/,
    fix: /--audience=b\.example\.com/,
  },
  {
    number: 3,
    what: "the token has ended",
    symptom: "Review.Status.Authenticated is false. Error [invalid bearer token, service account token has expired]",
    arrange: () =>
      at(refuses(401, 16, review("[invalid bearer token, service account token has expired]")), {
        credentials: token({ exp: 1_700_000_000 }),
      }),
    code: "TOKEN_EXPIRED",
    names: /2023-11-14/,
  },
  {
    number: 3,
    what: "the token has ended by the clock of the server alone",
    symptom: "Review.Status.Authenticated is false. Error [invalid bearer token, service account token has expired]",
    arrange: () =>
      at(refuses(401, 16, review("[invalid bearer token, service account token has expired]")), {
        credentials: token(),
      }),
    code: "CLOCKS_DIFFER",
    fix: /clock/,
  },
  {
    number: 4,
    what: "the gateway does not know the issuer of the token",
    symptom: "401 Jwt issuer is not configured",
    arrange: () => at(says(401, plain, "Jwt issuer is not configured"), { credentials: token() }),
    code: "TOKEN_ISSUER_UNKNOWN",
    names: /https:\/\/kubernetes\.default\.svc\.cluster\.local/,
    fix: /RequestAuthentication/,
  },
  {
    number: 5,
    what: "the gateway lacks the keys of the issuer",
    symptom: "401 Jwks doesn't have key to match kid or alg from Jwt",
    arrange: () => at(says(401, plain, "Jwks doesn't have key to match kid or alg from Jwt"), { credentials: token() }),
    code: "TOKEN_KEYS_UNKNOWN",
    names: /https:\/\/kubernetes\.default\.svc\.cluster\.local/,
    fix: /keys/,
  },
  {
    number: 7,
    what: "the namespace is of somebody else",
    symptom: "PermissionDenied: User '…' is not authorized with reason: (request: &ResourceAttributes{…})",
    arrange: () =>
      at(refusesBeyondHealth(true, 403, 7, denied("ada@example.com")), { namespace: "team-a", credentials: token() }),
    code: "PERMISSION_DENIED",
    names: /team-a/,
    fix: /kind: RoleBinding[\s\S]*namespace: team-a[\s\S]*name: "ada@example\.com"/,
  },
  {
    number: 7,
    what: "a service account may not use the namespace",
    symptom: "PermissionDenied: User 'system:serviceaccount:…' is not authorized",
    arrange: () =>
      at(refusesBeyondHealth(true, 403, 7, denied("system:serviceaccount:team-b:default-editor")), {
        namespace: "team-a",
        credentials: token(),
      }),
    code: "PERMISSION_DENIED",
    fix: /kind: ServiceAccount\n {4}name: default-editor\n {4}namespace: team-b/,
  },
  {
    number: 20,
    what: "the namespace that programs take by default is not one's own",
    symptom: "PermissionDenied in the namespace kubeflow, which nobody has asked for",
    arrange: () =>
      at(
        ({ url }, response) =>
          url.includes("/healthz")
            ? healthy(response, true)
            : json(response, 403, refusal(7, denied("ada@example.com").replace("team-a", "kubeflow"))),
        { namespace: "kubeflow", credentials: token() },
      ),
    call: (kfp) => kfp.runs.list(),
    code: "PERMISSION_DENIED",
    names: /\bkubeflow\b/,
    fix: /namespace that ada@example\.com may use/,
  },
];

/** The command puts what belongs to a cluster into its words. */
export const tokenScenesElsewhere: readonly SceneElsewhere[] = [
  {
    number: 2,
    what: "the command prints the PodDefault that mounts the token",
    symptom: "no token in a pod of a profile's namespace",
    code: "TOKEN_FILE_MISSING",
    file: "packages/cli/test/commands/doctor.test.ts",
  },
];
