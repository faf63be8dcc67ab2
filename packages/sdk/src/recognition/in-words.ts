import type { Health } from "@kfp-ts/api";
import { errorCatalogue } from "../errors/catalogue.ts";
import type { KfpError } from "../errors/kfp-error.ts";
import { isLoginPage, isWebPage } from "../errors/login-page.ts";
import type { TransportResponse } from "../transport/transport.ts";
import { gatewayIn } from "./gateway.ts";

/** What was seen where the API answered. */
export function healthInWords({ tagName, multiUser }: Health, api: "v2beta1" | "v1beta1"): string {
  const version = versionIn(tagName);
  return `the API${api === "v1beta1" ? " v1beta1" : ""}${version === undefined ? "" : `, version ${version}`}, ${
    multiUser ? "for many users" : "for a single user"
  }`;
}

/** The version that a server says; undefined where it does not know it. */
export function versionIn(tagName: string | undefined): string | undefined {
  return tagName === undefined || tagName === "" || tagName === "unknown" ? undefined : tagName;
}

/** What was seen where something else answered, or nothing. */
export function inWords({ code }: KfpError, answer: TransportResponse | undefined): string {
  if (answer !== undefined && (code === "NOT_THE_API" || code === "LOGIN_REQUIRED")) {
    const words = pageInWords(answer);
    if (words !== "something else") return words;
  }
  const { title } = errorCatalogue[code];
  return /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/** What kind of page an answer is. */
export function pageInWords({ headers, body, status }: TransportResponse): string {
  const contentType = String(headers["content-type"] ?? "");
  const gateway = gatewayIn({ headers, body, status });
  if (status >= 300 && status < 400)
    return gateway === undefined ? "a redirection" : `the way to the login of ${nameOf(gateway)}`;
  if (!isWebPage(contentType, body)) return "something else";
  if (isLoginPage(body)) return gateway === undefined ? "a login page" : `the sign-in page of ${nameOf(gateway)}`;
  if (isDashboard(body)) return "the dashboard of Kubeflow";
  const title = titleOf(body);
  return title === undefined ? "a web page" : `a web page (${JSON.stringify(title)})`;
}

/** Whether a page is that of Kubeflow's central dashboard. */
export function isDashboard(body: string): boolean {
  return (
    /<title>[^<]*kubeflow central dashboard/i.test(body) ||
    /<main-page\b|centraldashboard|central-dashboard/i.test(body.slice(0, 20_000))
  );
}

/** The title of a page, fit to be shown. */
export function titleOf(body: string): string | undefined {
  const title = /<title>([^<]*)/i
    .exec(body.slice(0, 20_000))?.[1]
    ?.replace(/[^\x20-\x7e]+/g, " ")
    .trim();
  return title === undefined || title === "" ? undefined : title.slice(0, 80);
}

function nameOf(gateway: string): string {
  return gateway === "other" ? "a gateway" : gateway;
}
