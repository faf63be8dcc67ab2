import { KfpError } from "@kfp-ts/sdk";
import { expect, test } from "vitest";
import { tellEvents } from "../../src/tunnels/tell-events.ts";
import { fakeIo } from "../fake-io.ts";

const lost = { type: "interrupted", pod: "a", error: new KfpError("TUNNEL_FAILED", { message: "a is gone" }) } as const;
const to = (pod: string) => ({ type: "forwarding", pod, port: 3000 }) as const;

test("that the way is lost and found is told once each, with its time; that it is there at first is not", () => {
  const fake = fakeIo({ now: () => Date.UTC(2026, 0, 31, 12) });
  const tell = tellEvents(fake.io);
  tell(to("a"));
  expect(fake.stderr()).toBe("");
  tell(lost);
  tell(lost);
  tell(to("b"));
  tell(to("b"));
  expect(fake.stderr()).toBe(
    "2026-01-31T12:00:00Z The way is lost, and is looked for: a is gone\n" +
      "2026-01-31T12:00:00Z Connections go to the pod b now.\n",
  );
});

test("what a cluster says cannot steer the terminal", () => {
  const fake = fakeIo({});
  tellEvents(fake.io)({ ...lost, error: new KfpError("TUNNEL_FAILED", { message: "\u001b[2J" }) });
  expect(fake.stderr()).toContain("\\x1b[2J");
});
