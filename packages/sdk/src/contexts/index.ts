export { CookieJar } from "../login/cookie-jar.ts";
export { settled } from "../sessions/login-session.ts";
export { type ChosenContext, chosenContext } from "./chosen-context.ts";
export { changeConfig, loadConfig, plainContext } from "./config-file.ts";
export type { Config, Context, ContextCredentials } from "./context.ts";
export {
  type ContextAsker,
  type ContextCredentialsOptions,
  contextCredentials,
  type SavedLogin,
} from "./context-credentials.ts";
export { type KeptSession, type KeptSessions, keptSessions } from "./kept-sessions.ts";
export { type Places, placesOf } from "./places.ts";
export { type PythonContext, pythonContext } from "./python-context.ts";
export { endpointOf, known, nameProblem } from "./read-config.ts";
export { secretAt } from "./secret.ts";
