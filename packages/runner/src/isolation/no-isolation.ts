import type { Isolation } from "./isolation.ts";

/** Tasks see and touch all that the user does: for the runs of this user alone. */
export function noIsolation(): Isolation {
  return {
    name: "none",
    movesPaths: false,
    unavailable: async () => undefined,
    wrap: ({ file, args }) => ({ file, args }),
  };
}
