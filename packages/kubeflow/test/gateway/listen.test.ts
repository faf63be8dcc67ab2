import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { listen } from "../../src/gateway/listen.ts";

const base = {
  portOption: "--gateway-port",
  hostOption: "--gateway-host",
  answer: async () => undefined,
};

/** Takes a port over IPv6; undefined where this machine has none. */
const takenOverV6 = (): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(0, "::1", () => resolve(server));
  });

test("where somebody else answers to localhost over IPv6, nobody is led to log in there", async ({ skip }) => {
  const other = await takenOverV6();
  if (other === undefined) return skip("this machine has no IPv6");
  try {
    const { port } = other.address() as AddressInfo;
    await expect(listen({ ...base, port })).rejects.toMatchObject({
      message: `The gateway cannot listen on port ${port} of ::1: something else listens there.`,
      fix: "Give --gateway-port another port, or 0 for any that is free.",
    });
    // Nothing is left behind over IPv4: else that would be what is in the way now.
    await expect(listen({ ...base, port })).rejects.toMatchObject({ message: expect.stringContaining("::1") });
  } finally {
    other.close();
  }
});

test("an address that is not this machine's is named", async () => {
  await expect(listen({ ...base, host: "192.0.2.1", port: 0 })).rejects.toMatchObject({
    message: "The gateway cannot listen on port 0 of 192.0.2.1: this machine has no such address.",
    fix: "Give --gateway-host an address of this machine, or leave it out.",
  });
});
