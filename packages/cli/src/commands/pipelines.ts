import { isKfpError, type Pipeline } from "@kfp-ts/sdk";
import { CommandError } from "../command-error.ts";
import { type CommandGroup, command } from "../command-line/command.ts";
import { flag, textOption } from "../command-line/option.ts";
import { titleOf } from "../lookup/find.ts";
import { findPipeline } from "../lookup/pipeline.ts";
import { pipelineKind } from "../resources/pipeline.ts";
import { tellUpload } from "../waiting.ts";
import { deleteFound, deleteOptions } from "./delete.ts";
import { listOptions, printList } from "./list.ts";
import { changedTags, checkChange, tag, tagChanges, tagsOf } from "./tags.ts";

const args = { pipeline: "Its name or its id." };

const create = command({
  name: "create",
  summary: "Create a pipeline: empty, or with a first version from a URL.",
  args: { name: "Its name: unique in its namespace, whatever the case." },
  options: {
    displayName: textOption("text", "The name that people see.", { otherwise: "the name" }),
    description: textOption("text", "What it is for."),
    url: textOption("url", "Where the server gets the compiled pipeline of its first version from."),
    tag,
  },
  examples: ["pipelines create demo", "pipelines create demo --url https://example.com/pipeline.yaml"],
  async run({ args: { name }, options: { displayName, description, url, tag }, session }) {
    const kfp = await session.client();
    const pipeline = { name, displayName, description, tags: tagsOf(tag) };
    const made =
      url === undefined
        ? await kfp.pipelines.create(pipeline)
        : await kfp.pipelines.createWithVersion(pipeline, { packageUrl: { pipelineUrl: url } });
    await session.printer.one(pipelineKind, made);
  },
});

const upload = command({
  name: "upload",
  summary: "Make a pipeline and its first version from a file.",
  args: { file: "A compiled pipeline: .yaml, .yml, .json, .zip, .tar.gz or .tgz." },
  options: {
    name: textOption("name", "Its name.", { otherwise: "the one in the file" }),
    displayName: textOption("text", "The name that people see.", { otherwise: "the name" }),
    description: textOption("text", "What it is for."),
    tag,
  },
  examples: ["pipelines upload pipeline.yaml", "pipelines upload pipeline.yaml --name demo --tag team=vision"],
  async run({ args: { file }, options: { tag, ...texts }, session }) {
    const kfp = await session.client();
    const made = await kfp.pipelines.upload({
      path: file,
      ...texts,
      tags: tagsOf(tag),
      onProgress: tellUpload(session.io, file),
    });
    await session.printer.one(pipelineKind, made);
  },
});

const get = command({
  name: "get",
  summary: "Show a pipeline.",
  args,
  examples: ["pipelines get demo", "pipelines get demo --output yaml"],
  async run({ args: { pipeline }, session }) {
    await session.printer.one(pipelineKind, await findPipeline(await session.client(), pipeline));
  },
});

const list = command({
  name: "list",
  summary: "List pipelines, the newest first.",
  options: listOptions,
  examples: ["pipelines list", "pipelines list --filter name~demo", "pipelines list --filter tags.team=vision"],
  async run({ options, session }) {
    const kfp = await session.client();
    await printList(session, pipelineKind, "pipelines", options, (query) => kfp.pipelines.list(query));
  },
});

const update = command({
  name: "update",
  summary: "Change the display name or the tags of a pipeline.",
  args,
  options: { displayName: textOption("text", "The name that people see."), ...tagChanges },
  examples: ["pipelines update demo --display-name 'The demo'", "pipelines update demo --no-tags"],
  async run({ args: { pipeline }, options: { displayName, tag, noTags }, session }) {
    const change = { displayName, tags: changedTags(tag, noTags) };
    checkChange(change);
    const kfp = await session.client();
    const { pipelineId } = await findPipeline(kfp, pipeline);
    await session.printer.one(pipelineKind, await kfp.pipelines.update(pipelineId, change));
  },
});

const remove = command({
  name: "delete",
  summary: "Delete a pipeline.",
  args,
  options: {
    cascade: flag("Delete its versions as well. Without this, a pipeline that has versions stays."),
    ...deleteOptions,
  },
  examples: ["pipelines delete demo --cascade"],
  async run(invocation) {
    const kfp = await invocation.session.client();
    const found = await findPipeline(kfp, invocation.args.pipeline);
    const { cascade } = invocation.options;
    await deleteFound(invocation, pipelineKind, found, () =>
      kfp.pipelines.delete(found.pipelineId, { cascade }).catch((error: unknown) => {
        throw isKfpError(error) && !cascade && /cascade/.test(error.message) ? hasVersions(found) : error;
      }),
    );
  },
});

function hasVersions(pipeline: Pipeline): CommandError {
  return new CommandError(
    `The ${titleOf(pipelineKind, pipeline)} has versions.`,
    "Delete them as well with --cascade, or one by one with kfp-ts versions delete.",
  );
}

/** The commands on pipelines. */
export const pipelines: CommandGroup = {
  name: "pipelines",
  alias: "pipeline",
  summary: "Compiled pipelines by name, each with its versions.",
  commands: [create, upload, get, list, update, remove],
};
