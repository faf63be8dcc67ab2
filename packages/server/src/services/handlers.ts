import type { AnyOperation, operations, ParamsOf, ReceivedBodyOf, ReceivedQueryOf, ResponseOf } from "@kfp-ts/api";
import type { Claims } from "../ports/authenticator.ts";

/** The file of an upload. */
export interface UploadedFile {
  /** As the client named it; empty where it gave none. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** One call of an operation, decoded and checked against its tables. */
export interface Call<O extends AnyOperation> {
  readonly params: ParamsOf<O>;
  readonly query: ReceivedQueryOf<O>;
  readonly body: ReceivedBodyOf<O>;
  /** Present where the operation is an upload. */
  readonly file: O["upload"] extends false ? undefined : UploadedFile;
  /** What the request says of who sent it. A server for one user does not ask. */
  readonly caller?: Claims | undefined;
}

/** Answers one operation. Throws StatusError to refuse. */
export type Handler<O extends AnyOperation> = (call: Call<O>) => Promise<ResponseOf<O>>;

type Operations = typeof operations;

/** A handler for every operation of the contract: leaving one out does not compile. */
export type Handlers = {
  readonly [Resource in keyof Operations]: {
    readonly [Verb in keyof Operations[Resource]]: Operations[Resource][Verb] extends AnyOperation
      ? Handler<Operations[Resource][Verb]>
      : never;
  };
};
