export { CookieJar } from "../login/cookie-jar.ts";
export { settled } from "../sessions/login-session.ts";
export { chosenContext } from "./chosen-context.ts";
export { changeConfig, loadConfig, plainContext } from "./config-file.ts";
export type { Config, Context, ContextCredentials } from "./context.ts";
export {
  type ContextAsker,
  contextCredentials,
} from "./context-credentials.ts";
export { type KeptSession, type KeptSessions, keptSessions } from "./kept-sessions.ts";
export { placesOf } from "./places.ts";
export { type PythonContext, pythonContext } from "./python-context.ts";
export { endpointOf, nameProblem } from "./read-config.ts";
export { secretAt } from "./secret.ts";
