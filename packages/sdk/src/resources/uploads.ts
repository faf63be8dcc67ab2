import type { UploadBody } from "../call/call.ts";
import { badArgument } from "../errors/bad-argument.ts";
import { readCompiledPipeline } from "../package/compiled-pipeline.ts";
import type { Platform } from "../platform/platform.ts";
import { fileToSend } from "../upload/file-to-send.ts";
import { multipartBody } from "../upload/multipart.ts";
import type { PackageSource } from "../upload/upload-source.ts";
import type { UploadSettings } from "./upload-options.ts";

/** An upload as the operation tables have it. */
export interface PreparedUpload {
  readonly body: UploadBody;
  /** The name in the package; undefined where it was not looked at. */
  readonly packageName: string | undefined;
  readonly query: {
    readonly displayName: string | undefined;
    readonly description: string | undefined;
    readonly tags: string | undefined;
    readonly codeSourceUrl: string | undefined;
  };
}

/**
 * Prepares an upload. The package is looked into only where its name is wanted, and where it can be read twice.
 *
 * @throws KfpError BAD_ARGUMENT for a name of nothing but spaces; what reading the package throws.
 */
export async function prepareUpload(
  upload: PackageSource & UploadSettings & { readonly name?: string | undefined },
  platform: Platform,
): Promise<PreparedUpload> {
  const { name, displayName, description, tags, codeSourceUrl, onProgress } = upload;
  if (name !== undefined && name.trim() === "")
    throw badArgument("name: it is empty.", "Give a name, or leave it out.");
  const wantsName = name === undefined && upload.stream === undefined;
  const packageName = wantsName ? (await readCompiledPipeline(upload, platform)).name : undefined;
  return {
    body: multipartBody(await fileToSend(upload, platform), onProgress),
    packageName,
    query: { displayName, description, tags: tags === undefined ? undefined : JSON.stringify(tags), codeSourceUrl },
  };
}
