/** What a running server says of itself to programs of the same user. */
export interface Announcement {
  /** Under which this machine reaches it: `http://127.0.0.1:3000`. */
  readonly endpoint: string;
  readonly processId: number;
  readonly version: string;
  readonly startedAt: Date;
  /** Whether it asks everybody who they are. */
  readonly multiUser: boolean;
  /** Where its gateway serves the API, for people who log in: `http://127.0.0.1:8080/pipeline`; undefined without one. */
  readonly gateway?: string | undefined;
}

/** An announcement as its file holds it. `processStart` tells a process from a later one of the same number. */
export interface AnnouncementFile extends Announcement {
  readonly processStart: string | undefined;
}

/** The text of an announcement's file. */
export function writeAnnouncement({ startedAt, ...others }: AnnouncementFile): string {
  return `${JSON.stringify({ ...others, startedAt: startedAt.toISOString() }, null, 2)}\n`;
}

/** Reads the text of an announcement's file; undefined where it is none. */
export function readAnnouncement(text: string): AnnouncementFile | undefined {
  const value = parsed(text);
  if (typeof value !== "object" || value === null) return undefined;
  const { endpoint, processId, version, startedAt, processStart, multiUser, gateway } = value as Readonly<
    Record<string, unknown>
  >;
  if (typeof endpoint !== "string" || !URL.canParse(endpoint) || typeof version !== "string") return undefined;
  if (typeof processId !== "number" || !Number.isInteger(processId) || processId < 1) return undefined;
  const date = typeof startedAt === "string" ? new Date(startedAt) : new Date(Number.NaN);
  if (Number.isNaN(date.getTime())) return undefined;
  const start = typeof processStart === "string" ? processStart : undefined;
  return {
    endpoint,
    processId,
    version,
    startedAt: date,
    multiUser: multiUser === true,
    ...(typeof gateway === "string" && URL.canParse(gateway) && { gateway }),
    processStart: start,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
