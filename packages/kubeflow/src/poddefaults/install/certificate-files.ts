import { constants } from "node:fs";
import { access, lstat, mkdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../whole-file.ts";
import { PodDefaultInstallError } from "./install-error.ts";
import { isOwnAuthority, type ServingCertificate } from "./serving-certificate.ts";

/** The files of a serving certificate, called as in a Secret of type kubernetes.io/tls. */
export const certificateFiles = { certificate: "tls.crt", key: "tls.key", authorities: "ca.crt" } as const;

/**
 * Makes the directory that a serving certificate is to be kept in, for its owner alone (0700).
 *
 * @throws PodDefaultInstallError where it is open to others, and where nothing can be written there.
 */
export async function prepareCertificateDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await refuseOpenToOthers(directory);
    await access(directory, constants.W_OK);
  } catch (error) {
    throw unusable(directory, error);
  }
}

/**
 * Reads the serving certificate in a directory.
 *
 * @returns undefined where there is none.
 * @throws PodDefaultInstallError where others can get at the key, and where the files cannot be read.
 */
export async function readCertificateFiles(directory: string): Promise<ServingCertificate | undefined> {
  const paths = pathsIn(directory);
  try {
    for (const path of [directory, paths.key]) await refuseOpenToOthers(path);
    const [certificate, key, authorities] = await Promise.all([
      readFile(paths.certificate, "utf8"),
      readFile(paths.key, "utf8"),
      readFile(paths.authorities, "utf8"),
    ]);
    return { certificate, key, authorities };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw unusable(directory, error);
  }
}

/**
 * Puts a serving certificate into a directory for its owner alone: 0700, the files 0600. Each file is whole at every
 * moment.
 *
 * @throws PodDefaultInstallError where that cannot be done.
 */
export async function writeCertificateFiles(directory: string, made: ServingCertificate): Promise<void> {
  const paths = pathsIn(directory);
  try {
    await prepareCertificateDirectory(directory);
    // The certificate last: who watches it finds its key there.
    for (const part of ["authorities", "key", "certificate"] as const) await replaceFile(paths[part], made[part]);
  } catch (error) {
    throw unusable(directory, error);
  }
}

/**
 * Takes away the files of a serving certificate that was made here, and the directory where nothing else is in it.
 *
 * @returns whether there was one.
 */
export async function removeCertificateFiles(directory: string): Promise<boolean> {
  const paths = pathsIn(directory);
  try {
    if (!isOwnAuthority(await readFile(paths.authorities, "utf8"))) return false;
    for (const path of Object.values(paths)) await rm(path, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw unusable(directory, error);
  }
  await rmdir(directory).catch(() => undefined);
  return true;
}

function pathsIn(directory: string) {
  return {
    certificate: join(directory, certificateFiles.certificate),
    key: join(directory, certificateFiles.key),
    authorities: join(directory, certificateFiles.authorities),
  };
}

async function refuseOpenToOthers(path: string): Promise<void> {
  const { mode } = await lstat(path);
  // Windows has no such bits, and says 0666 of everything.
  if (process.platform === "win32" || (mode & 0o077) === 0) return;
  const bits = (mode & 0o777).toString(8).padStart(4, "0");
  throw new PodDefaultInstallError(
    "CERTIFICATES",
    `${path} can be used by others on this machine (mode ${bits}), and the webhook's private key lies there.`,
    `Run: chmod go= ${path}`,
  );
}

function unusable(directory: string, error: unknown): unknown {
  if (error instanceof PodDefaultInstallError) return error;
  return new PodDefaultInstallError(
    "CERTIFICATES",
    `The certificates in ${directory} cannot be used: ${(error as Error).message}.`,
    "Give another directory, or make this one yours.",
    { cause: error },
  );
}
