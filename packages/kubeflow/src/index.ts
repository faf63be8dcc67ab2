export { ISSUER, KubeflowData, type KubeflowDataOptions } from "./box/kubeflow-data.ts";
export { KubeflowError, type KubeflowErrorCode } from "./box/kubeflow-error.ts";
export { type Kubeflow, type KubeflowOptions, openKubeflow } from "./box/open-kubeflow.ts";
export type { ServiceAccountTokens } from "./gateway/bearer/bearer-tokens.ts";
export {
  type ExternalProvider,
  type Gateway,
  type GatewayGeneration,
  type GatewayOptions,
  type OwnProvider,
  openGateway,
} from "./gateway/open-gateway.ts";
export { Sessions as GatewaySessions } from "./gateway/sessions/sessions.ts";
export type { Upstream, Visitor } from "./gateway/upstream.ts";
export { flawOfPassword, hashPassword } from "./identity/connectors/bcrypt/bcrypt-hash.ts";
export { type LdapOptions, openLdap } from "./identity/connectors/ldap/ldap-connector.ts";
export {
  deleteUser,
  listUsers,
  type NewPassword,
  passwordsFile,
  preparePasswordsFile,
  setPassword,
} from "./identity/connectors/static-passwords/edit-users.ts";
export {
  openStaticPasswords,
  type StaticPasswords,
  type StaticPasswordsOptions,
} from "./identity/connectors/static-passwords/static-passwords.ts";
export { type ThrottleOptions, throttle } from "./identity/connectors/throttling/throttle.ts";
export {
  GATEWAY_CLIENT_ID,
  type IdentityClient,
  type IdentityProvider,
  PUBLIC_CLIENT_ID,
} from "./identity/identity-provider.ts";
export { type IdentityProviderOptions, openIdentityProvider } from "./identity/open-identity-provider.ts";
export {
  type Account,
  type AttemptSource,
  ConnectorUnavailableError,
  type PasswordCheck,
  type PasswordConnector,
} from "./identity/password-connector.ts";
export {
  type ApplyOptions as ApplyManifestOptions,
  type ApplyOutcome,
  applyChange,
  type ObjectChange,
  planApply,
} from "./manifests/apply-manifests.ts";
export { clusterRolesManifest } from "./manifests/cluster-roles-manifest.ts";
export { joinManifests, type Manifest } from "./manifests/manifest.ts";
export { ManifestError } from "./manifests/manifest-error.ts";
export { type PodDefaultManifestOptions, podDefaultManifest } from "./manifests/pod-default-manifest.ts";
export { type PodManifestOptions, podManifest } from "./manifests/pod-manifest.ts";
export { PROFILE_LABEL, profileNamespaces } from "./manifests/profile-namespaces.ts";
export {
  type RoleBindingManifestOptions,
  type RoleBindingSubject,
  roleBindingManifest,
} from "./manifests/role-binding-manifest.ts";
export type { TokenOptions as TokenVolumeOptions } from "./manifests/token-volume.ts";
export {
  describeObject,
  type KubeflowObject,
  type Namespace,
  type ObjectFile,
  type Place,
  type Profile,
  type ServiceAccount,
} from "./objects/kubeflow-object.ts";
export { namedNamespaces, namedServiceAccounts, type ServiceAccountName } from "./objects/named.ts";
export { ObjectError, type ObjectProblem } from "./objects/object-error.ts";
export { readObjects } from "./objects/read-objects.ts";
export { type WatchedObjects, type WatchObjectsOptions, watchObjects } from "./objects/watch-objects.ts";
export { applyPodDefaults, type PodArrival, type PodVerdict } from "./poddefaults/apply-pod-defaults.ts";
export { podDefaultCrd } from "./poddefaults/crd/pod-default-crd.ts";
export { prepareCertificateDirectory, readCertificateFiles } from "./poddefaults/install/certificate-files.ts";
export { PodDefaultInstallError, type PodDefaultInstallErrorCode } from "./poddefaults/install/install-error.ts";
export {
  type InstallPodDefaultsOptions,
  type InstallStep,
  installPodDefaults,
} from "./poddefaults/install/install-pod-defaults.ts";
export {
  type PodDefaultInstallation,
  podDefaultInstallation,
  type UninstallResult,
  uninstallPodDefaults,
} from "./poddefaults/install/uninstall-pod-defaults.ts";
export { type FailurePolicy, failurePolicies } from "./poddefaults/install/webhook-configuration.ts";
export { serviceTarget, urlTarget, type WebhookTarget } from "./poddefaults/install/webhook-target.ts";
export type { Json, JsonObject } from "./poddefaults/json.ts";
export type { PatchOperation } from "./poddefaults/json-patch.ts";
export {
  POD_DEFAULT_CRD_NAME,
  POD_DEFAULTS_PATH,
  type PodDefault,
  type PodDefaultExpression,
  type PodDefaultSelector,
  type PodDefaultSpec,
} from "./poddefaults/pod-default.ts";
export type { PodDefaultSource, Readiness } from "./poddefaults/pod-default-source.ts";
export { answerReview, type ReviewRequest, type ReviewResult } from "./poddefaults/review/answer-review.ts";
export type { PodDefaultTls, PodDefaultWebhook, ServePodDefaultsOptions } from "./poddefaults/serve-options.ts";
export { CertificateFileError } from "./poddefaults/serving/certificates.ts";
export { servePodDefaults, WebhookStartError } from "./poddefaults/serving/serve-pod-defaults.ts";
export { fixedPodDefaults } from "./poddefaults/sources/fixed-pod-defaults.ts";
export { PodDefaultFileError, readPodDefaults } from "./poddefaults/sources/read-pod-defaults.ts";
export { type WatchedPodDefaultsOptions, watchedPodDefaults } from "./poddefaults/sources/watched-pod-defaults.ts";
export { namespaceOf, objectsOf, roleBindingsOf, serviceAccountsOf } from "./profiles/profile-objects.ts";
export { createRbac, type Rbac } from "./rbac/rbac.ts";
export type {
  AccessAttributes,
  AccessReview,
  AccessSubject,
  ClusterRole,
  ClusterRoleBinding,
  LabelSelector,
  NonResourceAccess,
  PolicyRule,
  RbacObject,
  ResourceAccess,
  Role,
  RoleBinding,
  RoleRef,
  Subject,
} from "./rbac/rbac-objects.ts";
export { kubeflowBindings, kubeflowClusterRoles } from "./rbac/roles-of-kubeflow.ts";
export { kubernetesBindings, kubernetesClusterRoles } from "./rbac/roles-of-kubernetes.ts";
export { jsonWebKeySet, openIdConfiguration } from "./tokens/discovery.ts";
export { generateSigningKey, readSigningKey, type SigningKey } from "./tokens/signing-key.ts";
export { StatusError } from "./tokens/status-error.ts";
export { type IssuedToken, TokenIssuer, type TokenIssuerOptions } from "./tokens/token-issuer.ts";
export type { TokenRequest } from "./tokens/token-request.ts";
export type { TokenReviewStatus } from "./tokens/token-review.ts";
