/** What a part of a form is called, and which file it is, where it is one. */
export interface Disposition {
  readonly name: string | undefined;
  readonly filename: string | undefined;
}

const PARAMETER = /;\s*([^\s;=]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]*))/g;

/** The boundary of a multipart form, from its content type; undefined where it is none. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined || !/^multipart\/form-data\s*(;|$)/i.test(contentType)) return undefined;
  const boundary = parametersOf(contentType).get("boundary");
  return boundary !== undefined && /^[\x20-\x7e]{1,70}$/.test(boundary) ? boundary : undefined;
}

/** Reads the header lines of a part. A name in RFC 2231's form (`filename*=UTF-8''…`) comes before a plain one. */
export function dispositionOf(header: string): Disposition {
  const line = header.split("\r\n").find((candidate) => /^content-disposition\s*:/i.test(candidate));
  if (line === undefined || !/:\s*form-data\s*(;|$)/i.test(line)) return { name: undefined, filename: undefined };
  const parameters = parametersOf(line);
  const extended = parameters.get("filename*");
  const filename = (extended === undefined ? undefined : decodeExtended(extended)) ?? parameters.get("filename");
  return { name: parameters.get("name"), filename: filename === "" ? undefined : filename };
}

function parametersOf(value: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, plain = ""] of value.matchAll(PARAMETER)) {
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(["\\])/g, "$1") ?? plain);
  }
  return parameters;
}

function decodeExtended(value: string): string | undefined {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(value)?.[1];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
