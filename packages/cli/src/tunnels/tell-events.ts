import type { TunnelEvent } from "@kfp-ts/sdk/tunnels";
import type { Io } from "../io.ts";
import { printable } from "../output/printable.ts";

/**
 * Tells what happens to a tunnel on stderr, a line each with its time: that the way is lost, and that it is there again.
 * That it is there for the first time is told by whoever opens it; that it is lost is told once.
 */
export function tellEvents({ stderr, now }: Pick<Io, "stderr" | "now">): (event: TunnelEvent) => void {
  let isLost = false;
  let pod: string | undefined;
  const tell = (text: string): void =>
    stderr.write(`${new Date(now()).toISOString().replace(/\.\d+Z$/, "Z")} ${printable(text)}\n`);
  return (event) => {
    if (event.type === "interrupted") {
      if (isLost) return;
      isLost = true;
      tell(`The way is lost, and is looked for: ${event.error.message}`);
      return;
    }
    if (isLost || (pod !== undefined && pod !== event.pod)) tell(`Connections go to the pod ${event.pod} now.`);
    isLost = false;
    pod = event.pod;
  };
}
