import type { AskedAddress } from "../connect/connect-step.ts";
import type { Gateway } from "../connect/connection.ts";
import type { KfpError } from "../errors/kfp-error.ts";

/** What stands at an endpoint, told from its answers. */
export type Recognised = {
  /** The endpoint as it should be used: with the path corrected where a wrong one was given. */
  readonly host: string;
  /** The requests that it took: one where the first answer is recognised, at most six. */
  readonly asked: readonly AskedAddress[];
  /** What was corrected, in one sentence; undefined where nothing was. */
  readonly corrected: string | undefined;
} & (
  | {
      readonly kind: "pipelines";
      readonly multiUser: boolean;
      readonly serverVersion: string | undefined;
      /** What stands before it; undefined where it was reached directly, or lets everybody through. */
      readonly gateway: Gateway | undefined;
    }
  /** It is there, and wants to know who is asking: the error says how. */
  | { readonly kind: "guarded"; readonly gateway: Gateway | undefined; readonly error: KfpError }
  /** The mesh refuses (`RBAC: access denied`). */
  | { readonly kind: "mesh-denied"; readonly error: KfpError }
  /** A server before 2.0: it has v1beta1 alone. */
  | { readonly kind: "old"; readonly serverVersion: string | undefined; readonly error: KfpError }
  /** Something answers, and it is no Kubeflow Pipelines: the dashboard, another product. */
  | { readonly kind: "other"; readonly error: KfpError }
  /** Nothing answers. */
  | { readonly kind: "unreachable"; readonly error: KfpError }
);
