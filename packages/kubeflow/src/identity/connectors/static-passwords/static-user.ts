import type { Account } from "../../password-connector.ts";

/** Someone of a file of users. */
export interface StaticUser {
  readonly account: Account;
  /** Made by bcrypt of their password. */
  readonly hash: string;
}

/** An e-mail address as it is compared: in whatever case people write it. */
export function foldEmail(email: string): string {
  return email.toLowerCase();
}

/** The user whom Kubeflow's own installation has from the beginning, with a password that everybody knows. */
export const DEFAULT_USER = {
  email: "user@example.com",
  username: "user",
  password: "12341234",
  /** Of that password. A fixed one, because nothing is secret here and a start is not to wait for it. */
  hash: "$2b$10$rRQqJNGtFj5KkvfHkEHOSOX9CRD7/h6YWTYTKQeTLnCIaQKq8Ekxm",
} as const;
