import { needProgram } from "../part/programs.mjs";
import { prepareCheckout, runFolder } from "../part/vitest.mjs";

/** Logins with names and passwords of a real OpenLDAP: users, groups, TLS, and a directory that goes away. */
await prepareCheckout();
const slapd = await needProgram(["slapd"], "slapd", () => ["/usr/sbin"]);
await needProgram(["openssl"], "openssl");
await runFolder("ldap", { KFP_TS_SLAPD: slapd });
