import type { Shape } from "../../../objects/shape.ts";

const text: Shape = { is: "text" };
const truth: Shape = { is: "truth" };

/** The fields of Dex's LDAP connector; bindPWFile and bindPWEnv are ours. */
export const ldapShape: Shape = {
  is: "fields",
  fields: {
    host: text,
    insecureNoSSL: truth,
    insecureSkipVerify: truth,
    startTLS: truth,
    rootCA: text,
    rootCAData: text,
    clientCert: text,
    clientKey: text,
    bindDN: text,
    bindPW: text,
    bindPWFile: text,
    bindPWEnv: text,
    usernamePrompt: text,
    userSearch: {
      is: "fields",
      fields: {
        baseDN: text,
        filter: text,
        username: text,
        scope: text,
        idAttr: text,
        emailAttr: text,
        emailSuffix: text,
        nameAttr: text,
        preferredUsernameAttr: text,
      },
    },
    groupSearch: {
      is: "fields",
      fields: {
        baseDN: text,
        filter: text,
        scope: text,
        userMatchers: { is: "list", of: { is: "fields", fields: { userAttr: text, groupAttr: text } } },
        userAttr: text,
        groupAttr: text,
        nameAttr: text,
      },
    },
  },
};

/** What `ldapShape` lets through. */
export interface LdapFields {
  readonly host?: string;
  readonly insecureNoSSL?: boolean;
  readonly insecureSkipVerify?: boolean;
  readonly startTLS?: boolean;
  readonly rootCA?: string;
  readonly rootCAData?: string;
  readonly clientCert?: string;
  readonly clientKey?: string;
  readonly bindDN?: string;
  readonly bindPW?: string;
  readonly bindPWFile?: string;
  readonly bindPWEnv?: string;
  readonly usernamePrompt?: string;
  readonly userSearch?: {
    readonly baseDN?: string;
    readonly filter?: string;
    readonly username?: string;
    readonly scope?: string;
    readonly idAttr?: string;
    readonly emailAttr?: string;
    readonly emailSuffix?: string;
    readonly nameAttr?: string;
    readonly preferredUsernameAttr?: string;
  };
  readonly groupSearch?: {
    readonly baseDN?: string;
    readonly filter?: string;
    readonly scope?: string;
    readonly userMatchers?: ReadonlyArray<{ readonly userAttr?: string; readonly groupAttr?: string }>;
    readonly userAttr?: string;
    readonly groupAttr?: string;
    readonly nameAttr?: string;
  };
}
