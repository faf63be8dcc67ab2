import type { AnyMessage, Field, Fields, InputOf, Message, MessageOf, ReceivedOf } from "../messages/field.ts";

/** The methods that the API uses. */
export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/**
 * What a caller must be allowed to do, as Kubernetes RBAC says it: a verb on a resource of `group`, which is what a
 * SubjectAccessReview asks. Rules that give a right to some names only are judged by the name.
 */
export interface Access {
  readonly group: "pipelines.kubeflow.org" | "kubeflow.org";
  readonly version: "v1beta1";
  readonly resource: string;
  readonly verb: string;
  /** In which namespace the review asks: that of the thing itself, that of the request, none (cluster-wide). */
  readonly scope:
    | "namespace of the resource"
    | "namespace of the request"
    | "namespace of the experiment"
    | "namespace of the experiment or of the request"
    | "cluster";
  /** Which name the review asks for. A recurring run and an experiment go by their display names. */
  readonly name: "none" | "display name" | "pipeline name" | "version name" | "workflow name";
  /** What holds for a pipeline of no namespace, which all share: no review at all, or one in the system namespace. */
  readonly shared?: "open" | "system namespace";
  /** What a caller must be allowed to do beside this, where the request refers to something else. */
  readonly also?: Access;
}

/** One operation of the API: everything that client, server and document need to know of it. */
export interface Operation<
  Path extends string = string,
  Query extends Fields = Fields,
  Body extends AnyMessage | undefined = AnyMessage | undefined,
  Response extends AnyMessage = AnyMessage,
  Upload extends boolean = boolean,
> {
  /** Resource and verb, as the client spells them: `experiments.list`. */
  readonly id: string;
  readonly method: Method;
  /** From the server's root; `{name}` stands for one segment. */
  readonly path: Path;
  readonly query: Query;
  readonly body: Body;
  /** A file travels instead of a JSON body, as the part `uploadfile` of a multipart form. */
  readonly upload: Upload;
  readonly response: Response;
  readonly access: Access | "anyone";
  readonly summary: string;
}

/** Any operation. */
export type AnyOperation = Operation<string, Fields, AnyMessage | undefined, AnyMessage>;

type Declared<
  Path extends string,
  Query extends Fields,
  Body extends AnyMessage | undefined,
  Response extends AnyMessage,
  Upload extends boolean,
> = Pick<Operation<Path, Query, Body, Response>, "id" | "method" | "path" | "response" | "access" | "summary"> & {
  readonly query?: Query;
  readonly body?: Body;
  readonly upload?: Upload;
};

/** Declares an operation. */
export function operation<
  const Path extends string,
  Response extends AnyMessage,
  const Query extends Fields = Record<never, Field>,
  Body extends AnyMessage | undefined = undefined,
  const Upload extends boolean = false,
>(declared: Declared<Path, Query, Body, Response, Upload>): Operation<Path, Query, Body, Response, Upload> {
  return {
    ...declared,
    query: declared.query ?? ({} as Query),
    body: declared.body as Body,
    upload: declared.upload ?? (false as Upload),
  };
}

/** The access that a verb on one of the Pipelines resources takes. */
export function pipelinesAccess(
  resource: string,
  verb: string,
  rest: Pick<Access, "scope" | "name"> & Pick<Partial<Access>, "shared" | "also">,
): Access {
  return { group: "pipelines.kubeflow.org", version: "v1beta1", resource, verb, ...rest };
}

/** What reading a pipeline takes: also of who runs it. */
export const readPipeline: Access = pipelinesAccess("pipelines", "get", {
  scope: "namespace of the resource",
  name: "pipeline name",
  shared: "open",
});

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type Segments<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Camel<Name> | Segments<Rest>
  : never;

/** The path parameters of an operation, in camelCase. */
export type ParamsOf<O extends AnyOperation> = { readonly [K in Segments<O["path"]>]: string };
/** The query of an operation as a client gives it. */
export type QueryOf<O extends AnyOperation> = InputOf<Message<O["query"]>>;
/** The query of an operation as a server receives it. */
export type ReceivedQueryOf<O extends AnyOperation> = ReceivedOf<Message<O["query"]>>;
/** The body of an operation as a client gives it. */
export type BodyOf<O extends AnyOperation> = O["body"] extends AnyMessage ? InputOf<O["body"]> : undefined;
/** The body of an operation as a server receives it. */
export type ReceivedBodyOf<O extends AnyOperation> = O["body"] extends AnyMessage ? ReceivedOf<O["body"]> : undefined;
/** The answer of an operation. */
export type ResponseOf<O extends AnyOperation> = MessageOf<O["response"]>;
