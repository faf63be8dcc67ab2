import { type Answer, emptyAnswer, jsonAnswer, pageAnswer, redirectAnswer, textAnswer } from "../answer.ts";
import { clearCookie } from "../cookies.ts";
import type { GatewayRequest, GenerationParts } from "../generation.ts";
import { answerCallback } from "../login/answer-callback.ts";
import { loginProblemPage, signedOutPage, signOutPage } from "../pages.ts";
import { bearerOf, sessionOf, visitorOf } from "./admission.ts";
import { names } from "./names.ts";

const LOGOUT = "/authservice/logout";
const HOMEPAGE = "/authservice/site/homepage";

/** Answers what is oidc-authservice's; undefined for all other paths. */
export function ownAnswer(parts: GenerationParts, request: GatewayRequest): Promise<Answer> | undefined {
  switch (request.path) {
    case names.callbackPath:
      return answerCallback(parts.logins, request, callbackAnswers);
    case LOGOUT:
      return logOut(parts, request);
    case "/authservice/verify":
      return verify(parts, request);
    case HOMEPAGE:
      return Promise.resolve(signedOutPage());
    default:
      return undefined;
  }
}

const callbackAnswers = {
  again: "/",
  refused: (error: string): Answer =>
    loginProblemPage(403, "You are not logged in", `The identity provider returned an error: ${error}`, "/"),
  bare: () => redirectAnswer("GET", HOMEPAGE),
  notBegunHere: () =>
    textAnswer(
      400,
      "CSRF check failed. This may happen if you opened the login form in more than 1 tabs. Please try to login again.",
    ),
};

async function verify(parts: GenerationParts, request: GatewayRequest): Promise<Answer> {
  const visitor = await visitorOf(parts, request);
  if (visitor === undefined) return textAnswer(401, "Unauthorized");
  return emptyAnswer(204, { "kubeflow-userid": visitor.user });
}

/** A program sends the value of its cookie as a bearer token, as oidc-authservice has it; a person presses a button. */
async function logOut(parts: GenerationParts, request: GatewayRequest): Promise<Answer> {
  const { incoming, method, secure } = request;
  const { sessions } = parts;
  if (method !== "POST") return signOutPage(sessions.find(incoming)?.session.user, LOGOUT);
  const token = bearerOf(incoming);
  const found = sessionOf(parts, incoming);
  if (found === undefined) return emptyAnswer(401);
  await sessions.end(incoming);
  if (token !== undefined) await sessions.endValue(token);
  const cookies = [clearCookie(names.sessionCookie, secure)];
  return token === undefined
    ? pageAnswer(signedOutPage(), cookies)
    : jsonAnswer(201, { afterLogoutURL: "/" }, { "set-cookie": cookies });
}
