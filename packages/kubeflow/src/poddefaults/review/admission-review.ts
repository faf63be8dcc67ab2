/** What is asked: a review, as far as it is looked at. */
export interface AdmissionQuestion {
  readonly apiVersion: string;
  readonly uid: string;
  readonly namespace: string;
  readonly operation: string;
  readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
  /** Not known to be a pod, nor to be anything. */
  readonly object: unknown;
}

/** What is answered, as JSON. Without `response` there is no decision, and the API server falls back on its policy. */
export interface AdmissionAnswer {
  readonly apiVersion: string;
  readonly kind: "AdmissionReview";
  readonly response?: AdmissionResponse;
}

/** The decision. */
export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly patchType?: "JSONPatch";
  /** A JSON patch, in base64. */
  readonly patch?: string;
  readonly warnings?: readonly string[];
  readonly status?: { readonly message: string };
}
