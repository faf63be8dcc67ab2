import { type Answer, pageAnswer, redirectAnswer } from "../answer.ts";
import type { GatewayRequest } from "../generation.ts";
import { goOnPage, loginProblemPage } from "../pages.ts";
import type { Logins } from "./logins.ts";

/** What a generation answers to a login that comes back and is none. */
export interface CallbackAnswers {
  /** Where a new login begins. */
  readonly again: string;
  /** The identity provider has told an error instead. @param error - Its code, such as `access_denied`. */
  refused(error: string): Answer;
  /** There is neither a code nor a state. */
  bare(): Answer;
  /** It did not begin in this browser, or is over. @param isKnown - Whether the browser has a cookie of logins at all. */
  notBegunHere(isKnown: boolean): Answer;
}

/** Answers a login that comes back from the identity provider. */
export async function answerCallback(
  logins: Logins,
  request: GatewayRequest,
  answers: CallbackAnswers,
): Promise<Answer> {
  const parameters = new URLSearchParams(request.query);
  const error = parameters.get("error");
  if (error !== null) return answers.refused(/^[a-z_]{1,64}$/.test(error) ? error : "unknown_error");
  const code = parameters.get("code");
  const state = parameters.get("state");
  if (code === null || state === null) return answers.bare();
  try {
    const login = await logins.finish(request, { code, state });
    if (login.outcome === "not begun here") return answers.notBegunHere(login.isKnown);
    const { path, cookie } = login;
    if (request.isCrossSite) return pageAnswer(goOnPage(path), [cookie]);
    return redirectAnswer(request.method, path, { "set-cookie": [cookie] });
  } catch (thrown) {
    return loginFailureAnswer(thrown, answers.again);
  }
}

/** The page for a login that does not work. @throws what is no such failure */
export function loginFailureAnswer(thrown: unknown, again: string): Answer {
  const { name, message } = thrown as Error;
  if (name === "LoginRefusedError") return loginProblemPage(403, "You are not logged in", message, again);
  if (name === "LoginUnavailableError") {
    const page = loginProblemPage(
      503,
      "Nobody can log in now",
      "The identity provider does not answer. Whoever is logged in stays so; please try again in a moment.",
      again,
    );
    return { ...page, headers: { ...page.headers, "retry-after": "5" } };
  }
  if (name === "SessionNotKeptError") {
    return loginProblemPage(
      507,
      "You cannot log in now",
      "The server cannot write the session down; perhaps its disk is full. Whoever is logged in stays so.",
      again,
    );
  }
  throw thrown;
}
