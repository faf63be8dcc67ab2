import { createHash, createHmac } from "node:crypto";

/** Who asks. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A request to sign. */
export interface S3Request {
  readonly method: "GET" | "PUT";
  readonly host: string;
  /** Not encoded, with the bucket. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** SHA-256 of the body, in hexadecimal digits. */
  readonly bodyHash: string;
}

/** SHA-256 of no body. */
export const emptyHash = createHash("sha256").digest("hex");

/**
 * The headers that prove who asks, by version 4 of the signatures of AWS. The secret itself is in none of them.
 *
 * @param now - In milliseconds since 1970; a server takes no request that is far from its own clock.
 */
export function signedHeaders(
  { method, host, path, query = {}, bodyHash }: S3Request,
  { accessKeyId, secretAccessKey, sessionToken }: S3Credentials,
  region: string,
  now: number,
): Readonly<Record<string, string>> {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const headers: Readonly<Record<string, string>> = {
    host,
    "x-amz-content-sha256": bodyHash,
    "x-amz-date": time,
    ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
  };
  // In this order they are sorted, which the signature wants.
  const names = Object.keys(headers).join(";");
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = [method, encodedPath(path), encodedQuery(query), lines.join(""), names, bodyHash].join("\n");
  const text = ["AWS4-HMAC-SHA256", time, scope, createHash("sha256").update(request).digest("hex")].join("\n");
  const key = scope.split("/").reduce((secret: Buffer | string, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, text).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

/** A path as it stands in the request. */
export function encodedPath(path: string): string {
  return path.split("/").map(encoded).join("/");
}

/** A query as it stands in the request: sorted, without the question mark. */
export function encodedQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map((pair) => pair.join("="))
    .join("&");
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
