import { expect } from "vitest";
import { PASSWORD, USER } from "./provider-under-test.ts";

/** The address in the first form of a page, as a browser reads it. */
export function actionIn(page: string): string {
  return /<form method="post" action="([^"]+)"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? "";
}

/** Posts a form as a program does. */
export function post(url: URL | string, form: Readonly<Record<string, string>>, headers: Record<string, string> = {}) {
  return fetch(url, { method: "POST", redirect: "manual", body: new URLSearchParams(form), headers });
}

/** Goes on until there is a page. @returns the page, and where it is */
export async function toPage(
  start: URL,
): Promise<{ readonly url: URL; readonly page: string; readonly status: number }> {
  let url = start;
  for (let hop = 0; hop < 10; hop++) {
    const asked = await fetch(url, { redirect: "manual" });
    const location = asked.headers.get("location");
    if (location === null) return { url, page: await asked.text(), status: asked.status };
    url = new URL(location, url);
  }
  throw new Error("it goes round and round");
}

/** Walks a login with one connector and no approval, without any cookie. @returns where the program is called back */
export async function logInAt(start: URL, password = PASSWORD): Promise<URL> {
  const { url, page, status } = await toPage(start);
  expect(status).toBe(200);
  const posted = await post(new URL(actionIn(page), url), { login: USER.email, password });
  expect(posted.status).toBe(303);
  let next = new URL(posted.headers.get("location") ?? "", url);
  for (let hop = 0; hop < 5; hop++) {
    if (next.searchParams.has("code") || next.searchParams.has("error")) return next;
    const asked = await fetch(next, { redirect: "manual" });
    next = new URL(asked.headers.get("location") ?? "", next);
  }
  throw new Error("it leads to no program");
}
