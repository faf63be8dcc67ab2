import { type Answer, emptyAnswer, jsonAnswer, pageAnswer, redirectAnswer, textAnswer } from "../answer.ts";
import { clearCookie } from "../cookies.ts";
import type { GatewayRequest, GenerationParts } from "../generation.ts";
import { localPath } from "../local-path.ts";
import { answerCallback, loginFailureAnswer } from "../login/answer-callback.ts";
import { loginProblemPage, signedOutPage, signInPage, signOutPage } from "../pages.ts";
import { START, visitorOf } from "./admission.ts";
import { names } from "./names.ts";

const SIGN_OUT = "/oauth2/sign_out";

/** Answers what is oauth2-proxy's; undefined for all other paths. */
export function ownAnswer(parts: GenerationParts, request: GatewayRequest): Promise<Answer> | undefined {
  const parameters = new URLSearchParams(request.query);
  const asked = localPath(parameters.get("rd"));
  switch (request.path) {
    case START:
      return start(parts, request, asked);
    case names.callbackPath:
      return answerCallback(parts.logins, request, callbackAnswers);
    case "/oauth2/sign_in":
      return Promise.resolve(signInPage(200, asked, { startPath: START, formOrigins: parts.formOrigins }));
    case SIGN_OUT:
      return signOut(parts, request, parameters.has("rd") ? asked : undefined);
    case "/oauth2/auth":
      return whoIs(parts, request, (user, subject) =>
        emptyAnswer(202, { "x-auth-request-email": user, "x-auth-request-user": subject }),
      );
    case "/oauth2/userinfo":
      return whoIs(parts, request, (email, user) => jsonAnswer(200, { user, email }));
    default:
      return undefined;
  }
}

async function start({ logins }: GenerationParts, request: GatewayRequest, path: string): Promise<Answer> {
  try {
    const { location, cookie } = await logins.begin(request, path);
    return redirectAnswer(request.method, location, { "set-cookie": [cookie] });
  } catch (error) {
    return loginFailureAnswer(error, START);
  }
}

const callbackAnswers = {
  again: START,
  refused: (error: string) =>
    problem(403, "You are not logged in", `Login Failed: The upstream identity provider returned an error: ${error}`),
  bare: () =>
    problem(500, "This is no login", "Oops! Something went wrong. There is nothing of a login in the address."),
  notBegunHere: (isKnown: boolean) =>
    isKnown
      ? problem(403, "This login is over", "It took too long, came back twice, or began in another browser.")
      : problem(403, "This login is over", "Login Failed: Unable to find a valid CSRF token. Please try again."),
};

function problem(status: number, heading: string, text: string): Answer {
  return loginProblemPage(status, heading, text, START);
}

/** A link, which another site can have followed, ends nothing: it shows a button that does. */
async function signOut({ sessions }: GenerationParts, request: GatewayRequest, path?: string): Promise<Answer> {
  const { incoming, method, secure } = request;
  if (method !== "POST") {
    const action = path === undefined ? SIGN_OUT : `${SIGN_OUT}?${new URLSearchParams({ rd: path })}`;
    return signOutPage(sessions.find(incoming)?.session.user, action);
  }
  await sessions.end(incoming);
  const cookies = [clearCookie(names.sessionCookie, secure)];
  return path === undefined
    ? pageAnswer(signedOutPage(), cookies)
    : redirectAnswer(request.method, path, { "set-cookie": cookies });
}

async function whoIs(
  parts: GenerationParts,
  request: GatewayRequest,
  answer: (user: string, subject: string) => Answer,
): Promise<Answer> {
  const who = await visitorOf(parts, request);
  if (who === undefined) return textAnswer(401, "Unauthorized\n", { "content-type": "text/plain; charset=utf-8" });
  if ("answer" in who) return who.answer;
  const { user } = who.visitor;
  return answer(user, parts.sessions.find(request.incoming)?.session.subject ?? user);
}
