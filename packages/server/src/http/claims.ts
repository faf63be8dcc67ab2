import type { IncomingMessage } from "node:http";
import type { Arrival, Claims } from "../ports/authenticator.ts";

/**
 * What a request says of who sent it. The raw headers are read: of several with one name Node keeps one or joins them,
 * and which of two identities was meant nobody can tell.
 */
export function claimsOf({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">, arrival: Arrival): Claims {
  return {
    arrival,
    header(name) {
      const values: string[] = [];
      for (let index = 0; index < rawHeaders.length; index += 2) {
        const sent = rawHeaders[index] as string;
        if (sent.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[index + 1] as string);
      }
      return values;
    },
  };
}
