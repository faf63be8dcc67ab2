import { randomBytes, randomInt } from "node:crypto";
import { request as send } from "node:http";
import { type RecordedPart, type RecordedRequest, readFixture } from "./scenario.ts";

/** What stands for `${name}` in a scenario. */
export type Variables = Map<string, string>;

/** An answer of the server under test. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed where it is JSON, else its text; null where it is empty. */
  readonly body: unknown;
}

/** The variables that every replay of a scenario begins with: names that nothing else on the server has. */
export function newVariables(): Variables {
  const unique = `${"abcdef".charAt(randomInt(6))}${randomBytes(4).toString("hex").slice(0, 7)}`;
  return new Map([
    ["unique", unique],
    ["defaultServiceAccount", "pipeline-runner"],
  ]);
}

/** Puts the values of variables into every text of a value, its keys included. */
export function substitute(value: unknown, variables: Variables): unknown {
  if (typeof value === "string") return substituteText(value, variables);
  if (Array.isArray(value)) return value.map((item) => substitute(item, variables));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [substituteText(key, variables), substitute(item, variables)]),
  );
}

/** Puts the values of variables into a text. What has none stays. */
function substituteText(text: string, variables: Variables): string {
  return text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => variables.get(name) ?? whole);
}

/** Sends a recorded request to a server. */
export async function exchange(origin: string, recorded: RecordedRequest, variables: Variables): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  const body = bodyOf(recorded, variables);
  const headers: Record<string, string | string[]> = { ...body?.headers };
  for (const [name, value] of Object.entries(recorded.headers ?? {})) {
    headers[name.toLowerCase()] = substitute(value, variables) as string | string[];
  }
  if (body !== undefined || ["POST", "PUT", "PATCH"].includes(recorded.method)) {
    headers["content-length"] = String(body?.bytes.length ?? 0);
  }
  return new Promise((resolve, reject) => {
    const outgoing = send(
      { hostname, port, method: recorded.method, path: targetOf(recorded, variables), headers, agent: false },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const { statusCode: status = 0, headers } = incoming;
          resolve({ status, headers, body: parsed(Buffer.concat(chunks)) });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body?.bytes);
  });
}

function targetOf({ path, query }: RecordedRequest, variables: Variables): string {
  const target = substituteText(path, variables);
  const pairs = Object.entries(query ?? {}).map(([name, value]) =>
    [name, substituteText(value, variables)].map(encodeURIComponent).join("="),
  );
  return pairs.length === 0 ? target : `${target}?${pairs.join("&")}`;
}

function bodyOf(recorded: RecordedRequest, variables: Variables) {
  const json = { "content-type": "application/json" };
  if (recorded.rawBody !== undefined) {
    return { headers: json, bytes: Buffer.from(substituteText(recorded.rawBody, variables)) };
  }
  if (recorded.body !== undefined) {
    return { headers: json, bytes: Buffer.from(JSON.stringify(substitute(recorded.body, variables))) };
  }
  return recorded.multipart === undefined ? undefined : formOf(recorded.multipart, variables);
}

function formOf(part: RecordedPart, variables: Variables) {
  const boundary = `contract${randomBytes(8).toString("hex")}`;
  const { field = "uploadfile", filename } = part;
  const file = typeof filename === "string" ? `; filename="${substituteText(filename, variables)}"` : "";
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${field}"${file}\r\nContent-Type: application/octet-stream\r\n\r\n`;
  return {
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
    bytes: Buffer.concat([Buffer.from(head), contentOf(part, variables), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

function contentOf({ file, base64, text = "" }: RecordedPart, variables: Variables): Buffer {
  if (file !== undefined) return readFixture(file);
  return base64 === undefined ? Buffer.from(substituteText(text, variables)) : Buffer.from(base64, "base64");
}

function parsed(bytes: Buffer): unknown {
  if (bytes.length === 0) return null;
  const text = bytes.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
