import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { RunnerError } from "../errors/runner-error.ts";
import type { ArtifactStore } from "./artifact-stores.ts";
import { fileHash, filesOf } from "./files-of.ts";
import { S3Client, type S3ClientOptions } from "./s3-client.ts";
import { downloadObject } from "./s3-download.ts";

/** What S3 takes in one request, in bytes. */
const MAX_OBJECT = 5 * 1024 ** 3;

/** An object of a bucket, as a list of them names it. */
interface ListedObject {
  readonly key: string;
  readonly tag: string;
}

/** Artifacts in a storage that speaks S3. A folder is all objects below a key, as on a cluster. */
export function s3Store(options: S3ClientOptions): ArtifactStore {
  const client = new S3Client(options);

  /** The object itself, and all below it. */
  const objectsAt = async (uri: string, signal: AbortSignal): Promise<ListedObject[]> => {
    const { bucket, key } = placeOf(uri);
    const found: ListedObject[] = [];
    let token = "";
    do {
      const query = { "list-type": "2", prefix: key, ...(token === "" ? {} : { "continuation-token": token }) };
      const answer = await client.send({ method: "GET", bucket, key: "", query, uri, signal });
      const text = answer === undefined ? "" : Buffer.concat(await answer.toArray()).toString("utf8");
      for (const [, contents = ""] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        found.push({ key: element(contents, "Key"), tag: element(contents, "ETag") });
      }
      token = element(text, "NextContinuationToken");
    } while (token !== "");
    // What begins alike is another object.
    return found.filter((one) => one.key === key || one.key.startsWith(`${key.replace(/\/$/, "")}/`));
  };

  return {
    async download(uri, path, signal) {
      const { bucket, key } = placeOf(uri);
      const objects = await objectsAt(uri, signal);
      if (objects.length === 0) throw new RunnerError("ARTIFACT_UNAVAILABLE", `there is nothing at ${uri}`);
      for (const object of objects) {
        // An empty object of such a name stands for the folder.
        if (object.key.endsWith("/")) continue;
        const file = join(path, object.key.slice(key.length));
        const way = relative(path, file);
        if (way.startsWith("..") || isAbsolute(way)) {
          throw new RunnerError("ARTIFACT_UNAVAILABLE", `${uri} has an object whose name leads out of its folder`);
        }
        await downloadObject(client, { bucket, key: object.key, uri }, file, signal);
      }
    },
    async upload(path, uri, signal) {
      const { bucket, key } = placeOf(uri);
      for (const { file, name, size } of await filesOf(path)) {
        const target = name === "" ? key : `${key}/${name}`;
        if (size > MAX_OBJECT) {
          throw new RunnerError("ARTIFACT_UNAVAILABLE", `${uri} cannot be written: ${name || path} has over 5 GiB`);
        }
        const body = { open: () => createReadStream(file), size, hash: await fileHash(file) };
        const answer = await client.send({ method: "PUT", bucket, key: target, body, uri, signal });
        answer?.resume();
      }
    },
    async fingerprint(uri, signal) {
      const objects = await objectsAt(uri, signal);
      if (objects.length === 0) return undefined;
      const lines = objects.map((one) => JSON.stringify([one.key, one.tag])).sort();
      return createHash("sha256").update(lines.join("\n")).digest("hex");
    },
  };
}

function placeOf(uri: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = "", key = ""] = /^[a-z0-9]+:\/\/([^/?]+)\/([^?]+)/i.exec(uri) ?? [];
  if (bucket === "" || key === "") {
    throw new RunnerError("ARTIFACT_UNAVAILABLE", `${uri} names no object: a bucket and a key are needed`);
  }
  return { bucket, key };
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The text of an element; empty where there is none. S3's lists are so plain that they need no parser. */
function element(text: string, name: string): string {
  const content = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? "";
  return content.replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal, hexadecimal, word) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hexadecimal !== undefined) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
    return entities[word] ?? whole;
  });
}
