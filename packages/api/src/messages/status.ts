import { int32, type MessageOf, message, text } from "./field.ts";

/** What went wrong with one thing, inside an answer that is otherwise good. */
export const status = message("Status", "What went wrong, as google.rpc.Status.", {
  code: int32("The gRPC code."),
  message: text("What happened."),
});

/** What went wrong with one thing, inside an answer that is otherwise good. */
export type Status = MessageOf<typeof status>;

/** An answer that says nothing but that it was done. */
export const empty = message("Empty", "An empty object.", {});
