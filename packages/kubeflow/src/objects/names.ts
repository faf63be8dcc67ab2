/** One of the rules that Kubernetes has for names: what a text breaks of it, as what it has to be; empty where nothing. */
type NameRule = (text: string) => string;

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualified = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** Of namespaces: a label of DNS. */
export const dnsLabel: NameRule = (text) =>
  text.length <= 63 && label.test(text)
    ? ""
    : "at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends";

/** Of most objects: a subdomain of DNS. */
export const dnsSubdomain: NameRule = (text) =>
  text.length <= 253 && subdomain.test(text)
    ? ""
    : "at most 253 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends of each part";

/** Of roles and their bindings: whatever can stand in a path. */
export const pathSegment: NameRule = (text) =>
  text !== "." && text !== ".." && !/[/%]/.test(text) ? "" : "neither . nor .. and without / and %";

/** Of labels, annotations and finalizers: a name, with a subdomain and a slash before it or not. */
export const qualifiedName: NameRule = (text) => {
  const [name = "", prefix, more] = text.split("/").reverse();
  const ok =
    more === undefined &&
    (prefix === undefined || dnsSubdomain(prefix) === "") &&
    name.length <= 63 &&
    qualified.test(name);
  return ok
    ? ""
    : "at most 63 letters, digits, hyphens, dots and underscores, with a letter or digit at both ends, and before it a domain and / where there is one";
};

/** Of the values of labels. */
export const labelValue: NameRule = (text) =>
  text === "" || (text.length <= 63 && qualified.test(text))
    ? ""
    : "empty, or at most 63 letters, digits, hyphens, dots and underscores with a letter or digit at both ends";
