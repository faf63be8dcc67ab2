import { EVENT_ID, type Event, getScalarValue, parseEvents } from "js-yaml";
import type { DocumentPath } from "./shape.ts";

/**
 * The line, counted from 1, where the value at a path of a YAML document begins; that of what is around it where the
 * value is an alias or empty.
 */
export function lineOf(text: string, path: DocumentPath): number {
  const events = parseEvents(text, {});
  // The first event is the document's own.
  let next = 1;
  let nearest = 0;
  const collectionGoesOn = (): boolean => next < events.length && events[next]?.type !== EVENT_ID.POP;

  /** Goes through one value. @param left - What of the path lies inside of it; undefined: it is not on the path. */
  const walk = (left: DocumentPath | undefined): void => {
    const event = events[next];
    next += 1;
    if (event === undefined) return;
    if (left !== undefined) nearest = positionOf(event) ?? nearest;
    const inside = (step: string | number | undefined): DocumentPath | undefined =>
      left !== undefined && left.length > 0 && left[0] === step ? left.slice(1) : undefined;
    if (event.type === EVENT_ID.SEQUENCE) {
      for (let index = 0; collectionGoesOn(); index += 1) walk(inside(index));
      next += 1;
    } else if (event.type === EVENT_ID.MAPPING) {
      while (collectionGoesOn()) {
        const key = events[next];
        const name = key?.type === EVENT_ID.SCALAR ? getScalarValue(text, key) : undefined;
        walk(undefined);
        walk(inside(name));
      }
      next += 1;
    }
  };
  walk(path);
  return text.slice(0, nearest).split("\n").length;
}

function positionOf(event: Event): number | undefined {
  if (event.type === EVENT_ID.SCALAR) return event.valueStart >= 0 ? event.valueStart : undefined;
  if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return event.start;
  return undefined;
}
