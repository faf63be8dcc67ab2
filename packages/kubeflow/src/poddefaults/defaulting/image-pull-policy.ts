/** What Kubernetes takes for the pull policy of an image where none is set: only `latest` is asked for each time. */
export function imagePullPolicyOf(image: string): "Always" | "IfNotPresent" {
  if (image === "") return "IfNotPresent";
  const [name = "", digest] = image.split("@", 2);
  const colon = name.indexOf(":", name.lastIndexOf("/") + 1);
  const tag = colon === -1 ? (digest === undefined ? "latest" : "") : name.slice(colon + 1);
  return tag === "latest" ? "Always" : "IfNotPresent";
}
