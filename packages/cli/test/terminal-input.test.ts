import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { type InputStream, terminalInput } from "../src/terminal-input.ts";

/** A terminal, and what it was told of its mode. */
function terminal() {
  const modes: (boolean | "asked")[] = [];
  const keyboard = new EventEmitter();
  const stream = Object.assign(keyboard, {
    isTTY: true,
    setRawMode: (raw: boolean) => modes.push(raw),
    setEncoding: () => stream,
    pause: () => stream,
    resume: () => stream,
  });
  let interrupted = 0;
  const input = terminalInput(
    () => stream as unknown as InputStream,
    () => {
      interrupted += 1;
    },
  );
  return {
    input,
    modes,
    type: (keys: string) => keyboard.emit("data", keys),
    end: () => keyboard.emit("end"),
    interrupts: () => interrupted,
  };
}

test("lines come one after the other, also where they came together", async () => {
  const { input, type, end } = terminal();
  const first = input.readLine();
  type("ada\r\nlove");
  expect(await first).toBe("ada");
  const second = input.readLine();
  type("lace\n");
  expect(await second).toBe("lovelace");
  const third = input.readLine();
  end();
  expect(await third).toBeUndefined();
});

test("what is typed unseen can be corrected, and the terminal is as it was afterwards", async () => {
  const { input, type, modes } = terminal();
  const secret = input.readHidden(() => modes.push("asked"));
  type("wrong\u0015lovx\u007felace\u001b");
  type("\r");
  expect(await secret).toBe("lovelace");
  // Whoever is quick types as soon as the question stands there.
  expect(modes).toEqual([true, "asked", false]);
});

test("Ctrl-C while typing unseen is the signal that it always is, on a terminal as it was", async () => {
  const { input, type, modes, interrupts } = terminal();
  void input.readHidden(() => undefined);
  type("lov\u0003");
  await new Promise(setImmediate);
  expect(interrupts()).toBe(1);
  expect(modes).toEqual([true, false]);
});

test("Ctrl-D on an empty line ends it", async () => {
  const { input, type } = terminal();
  const secret = input.readHidden(() => undefined);
  type("\u0004");
  expect(await secret).toBeUndefined();
});
