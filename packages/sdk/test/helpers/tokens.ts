/** A text that looks like a service account token, with a signature that nobody made. */
export function serviceAccountToken(claims: Readonly<Record<string, unknown>> = {}): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const payload = {
    sub: "system:serviceaccount:team-a:default-editor",
    iss: "https://kubernetes.default.svc.cluster.local",
    aud: ["pipelines.kubeflow.org"],
    exp: Math.floor(Date.now() / 1000) + 3600,
    ...claims,
  };
  return `${part({ alg: "RS256", typ: "JWT" })}.${part(payload)}.c2lnbmF0dXJl`;
}
