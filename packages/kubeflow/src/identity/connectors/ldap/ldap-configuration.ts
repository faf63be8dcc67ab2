/** How far below a base is searched: everything, or its children only. */
export type Scope = "sub" | "one";

/** How to find the entry of a user. Attributes may be `DN`, which stands for the name of the entry. */
export interface UserSearch {
  readonly baseDN: string;
  /** What entries have to match besides: `(objectClass=person)`. */
  readonly filter: string | undefined;
  /** The attribute that people log in with: `uid`, `mail`. */
  readonly username: string;
  readonly scope: Scope;
  readonly idAttr: string;
  readonly emailAttr: string | undefined;
  /** Where there is no attribute with an e-mail address: what follows the name and an `@`. */
  readonly emailSuffix: string | undefined;
  readonly nameAttr: string | undefined;
  readonly preferredUsernameAttr: string | undefined;
}

/** Which attribute of a group has which attribute of the user as a value. */
export interface UserMatcher {
  readonly userAttr: string;
  readonly groupAttr: string;
}

/** How to find the groups of a user. */
export interface GroupSearch {
  readonly baseDN: string;
  readonly filter: string | undefined;
  readonly scope: Scope;
  readonly userMatchers: readonly UserMatcher[];
  readonly nameAttr: string;
}

/** How the connection is protected. */
export type Protection = "none" | "startTLS" | "tls";

/** A directory, and how it is asked. */
export interface LdapConfiguration {
  readonly id: string;
  readonly name: string;
  readonly usernamePrompt: string;
  readonly host: string;
  readonly port: number;
  readonly protection: Protection;
  readonly insecureSkipVerify: boolean;
  /** Certificates in PEM. */
  readonly rootCA: string | undefined;
  /** Of this program, where the directory asks for one. */
  readonly clientCertificate: { readonly cert: string; readonly key: string } | undefined;
  /** Who searches; undefined where anybody may. */
  readonly service: { readonly dn: string; readonly password: string } | undefined;
  readonly userSearch: UserSearch;
  readonly groupSearch: GroupSearch | undefined;
}

/** Stands for the name of an entry, where an attribute is asked for. */
export const DN = "DN";
