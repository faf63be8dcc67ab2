/** The versions of Node that are tested: the oldest with everything, the others with a smoke test. */
export const nodeVersions = { oldest: "20.20.2", smoke22: "22.23.3", smoke24: "24.21.0" };
