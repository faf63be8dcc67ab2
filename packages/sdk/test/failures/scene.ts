import type { ServerResponse } from "node:http";
import { bearerToken, type Client, type ClientOptions, type Credentials, type ErrorCode } from "../../src/index.ts";
import { type Answer, json, localServer, page, refusal } from "../helpers/local-server.ts";
import { serviceAccountToken } from "../helpers/tokens.ts";

/** One of the 26 ways in which connecting to Kubeflow Pipelines goes wrong for people, as somebody finds it. */
export interface Scene {
  /** Which of the 26 it is. */
  readonly number: number;
  /** What is the matter. */
  readonly what: string;
  /** What the real system says, or does. */
  readonly symptom: string;
  /** Brings it about, and gives what somebody passes who runs into it. */
  readonly arrange: () => Promise<ClientOptions>;
  /** The call that fails. @default lists the experiments of team-a */
  readonly call?: (kfp: Client) => PromiseLike<unknown>;
  /** What a call fails with. */
  readonly code: ErrorCode;
  /** What the doctor says where it knows more than a call can. */
  readonly doctor?: ErrorCode;
  /** What connect() comes to where it is not the same: it mends it, or connects and the call fails as said. */
  readonly connect?: "mends it" | "connects";
  /** What the message of the error has to name. */
  readonly names?: RegExp;
  /** What the cause of the verdict names where the doctor has asked for more. @default names */
  readonly doctorNames?: RegExp;
  /** What has to be there to paste. */
  readonly fix?: RegExp;
}

/** A scene that takes more than a script: the file of the test that brings it about. */
export interface SceneElsewhere {
  readonly number: number;
  readonly what: string;
  readonly symptom: string;
  readonly code: ErrorCode;
  /** From the root of the repository. */
  readonly file: string;
}

export const html = "text/html; charset=utf-8";
export const plain = "text/plain";

/** The page of oauth2-proxy to log in. */
export const signIn =
  '<!DOCTYPE html><html><head><title>Sign In</title></head><body><form method="GET" action="/oauth2/start"></form></body></html>';

/** Starts a server for one scene, and gives the options of a client that goes to it. */
export async function at(answer: Answer, options: Partial<ClientOptions> = {}, path = ""): Promise<ClientOptions> {
  const { origin } = await localServer(answer);
  return { host: origin + path, ...options } as ClientOptions;
}

/** Whatever is asked is answered like this. */
export function says(status: number, type: string, body: string, headers: Record<string, string> = {}): Answer {
  return (_request, response) => page(response, status, type, body, headers);
}

/** Whatever is asked, the API refuses it with a code of gRPC. */
export function refuses(status: number, code: number, text: string): Answer {
  return (_request, response) => json(response, status, refusal(code, text));
}

/** A server that tells whether it has many users, and refuses all else. */
export function refusesBeyondHealth(multiUser: boolean, status: number, code: number, text: string): Answer {
  return ({ url }, response) =>
    url.includes("/healthz") ? healthy(response, multiUser) : json(response, status, refusal(code, text));
}

/** The answer of a healthy server. */
export function healthy(response: ServerResponse, multiUser: boolean): void {
  json(response, 200, { multi_user: multiUser, tag_name: "2.17.0" });
}

/** Sends a token that looks like one of a service account. */
export function token(claims: Readonly<Record<string, unknown>> = {}): Credentials {
  return bearerToken(serviceAccountToken(claims));
}
