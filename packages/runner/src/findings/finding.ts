import type { SpecPath } from "@kfp-ts/api/pipeline-spec";

/** Something of a pipeline that is not everywhere the same. */
export interface Finding {
  /**
   * `refused here`: this machine cannot run it. `otherwise here`: it runs here, and something of it has another effect.
   * `refused by Kubeflow`: the open-source backend cannot run it. `otherwise in Kubeflow`: it does not do there what the
   * pipeline says. `invalid`: it can run nowhere.
   */
  readonly kind: "refused here" | "otherwise here" | "refused by Kubeflow" | "otherwise in Kubeflow" | "invalid";
  /** Stable, in kebab-case: `artifact-loop`. */
  readonly rule: string;
  /** Where in the compiled pipeline. */
  readonly path: SpecPath;
  /** The thing, the fact, and what to do. */
  readonly message: string;
}
