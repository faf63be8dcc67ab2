import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A storage that speaks as much of S3 as artifacts need, and checks signatures with code of its own. */
export interface S3Server {
  readonly endpoint: string;
  /** Contents by `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** Each request: `GET /bucket/key`. */
  readonly requests: string[];
  /** What the next requests are answered instead, in order. */
  readonly failures: ((answer: ServerResponse) => void)[];
  close(): Promise<void>;
}

export const credentials = { accessKeyId: "someone", secretAccessKey: "top/secret+key" };

/** Starts one on a free port of this machine. */
export async function startS3({ pageSize = 1000 } = {}): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];
  const failures: ((answer: ServerResponse) => void)[] = [];
  const server: Server = createServer(async (request, answer) => {
    const body = Buffer.concat(await request.toArray());
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://s3");
    requests.push(`${request.method} ${pathname}`);
    const failure = failures.shift();
    if (failure !== undefined) return failure(answer);
    if (!isSigned(request, body)) return refuse(answer, 403, "SignatureDoesNotMatch");
    const name = decodeURIComponent(pathname.slice(1));
    if (request.method === "PUT") {
      objects.set(name, body);
      return answer.end();
    }
    if (searchParams.has("list-type")) return answer.end(list(objects, name, searchParams, pageSize));
    const content = objects.get(name);
    return content === undefined ? refuse(answer, 404, "NoSuchKey") : answer.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    requests,
    failures,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export function refuse(answer: ServerResponse, status: number, code: string): void {
  answer.writeHead(status).end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}

function list(objects: Map<string, Buffer>, bucket: string, query: URLSearchParams, pageSize: number): string {
  const prefix = query.get("prefix") ?? "";
  const start = Number(query.get("continuation-token") ?? 0);
  const names = [...objects.keys()].filter((name) => name.startsWith(`${bucket}/${prefix}`)).sort();
  const page = names.slice(start, start + pageSize).map((name) => {
    const tag = createHash("md5")
      .update(objects.get(name) ?? "")
      .digest("hex");
    const key = name.slice(bucket.length + 1).replaceAll("&", "&amp;");
    return `<Contents><Key>${key}</Key><ETag>&quot;${tag}&quot;</ETag></Contents>`;
  });
  const next =
    start + pageSize < names.length ? `<NextContinuationToken>${start + pageSize}</NextContinuationToken>` : "";
  return `<ListBucketResult>${page.join("")}${next}</ListBucketResult>`;
}

/** The signature, computed from the request as it came. */
function isSigned({ method, url = "", headers }: IncomingMessage, body: Buffer): boolean {
  const given = /Credential=(\w+)\/((\d+)\/([\w-]+)\/s3\/aws4_request), SignedHeaders=([^,]+), Signature=(\w+)/.exec(
    headers.authorization ?? "",
  );
  if (given === null) return false;
  const [, id, scope = "", day = "", region = "", names = "", signature] = given;
  const hash = createHash("sha256").update(body).digest("hex");
  if (id !== credentials.accessKeyId || headers["x-amz-content-sha256"] !== hash) return false;
  const [path = "", query = ""] = url.split("?");
  const canonical = `${method}\n${path}\n${query.split("&").sort().join("&")}\n${names
    .split(";")
    .map((name) => `${name}:${headers[name]}\n`)
    .join("")}\n${names}\n${hash}`;
  const text = `AWS4-HMAC-SHA256\n${headers["x-amz-date"]}\n${scope}\n${createHash("sha256").update(canonical).digest("hex")}`;
  let key: Buffer = createHmac("sha256", `AWS4${credentials.secretAccessKey}`).update(day).digest();
  for (const part of [region, "s3", "aws4_request"]) key = createHmac("sha256", key).update(part).digest();
  return createHmac("sha256", key).update(text).digest("hex") === signature;
}
