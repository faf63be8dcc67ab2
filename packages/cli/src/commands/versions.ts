import { type CommandGroup, command } from "../command-line/command.ts";
import { required, textOption } from "../command-line/option.ts";
import { findPipeline, findVersion } from "../lookup/pipeline.ts";
import { pipelineVersionKind } from "../resources/pipeline-version.ts";
import { tellUpload } from "../waiting.ts";
import { deleteFound, deleteOptions } from "./delete.ts";
import { listOptions, printList } from "./list.ts";
import { changedTags, checkChange, tag, tagChanges, tagsOf } from "./tags.ts";

const pipelineArg = { pipeline: "The pipeline: its name or its id." };
const args = { ...pipelineArg, version: "The version: its name or its id." };
const pipelineOption = required("pipeline", "The pipeline: its name or its id.", { short: "p" });
const texts = {
  name: textOption("name", "Its name: unique in its pipeline, whatever the case."),
  displayName: textOption("text", "The name that people see.", { otherwise: "the name" }),
  description: textOption("text", "What changed."),
  codeSourceUrl: textOption("url", "Where its source code is."),
};

const upload = command({
  name: "upload",
  summary: "Make a version of a pipeline from a file.",
  args: { file: "A compiled pipeline: .yaml, .yml, .json, .zip, .tar.gz or .tgz." },
  options: { pipeline: pipelineOption, ...texts, tag },
  examples: ["versions upload pipeline.yaml --pipeline demo --name v2"],
  async run({ args: { file }, options: { pipeline, tag, ...given }, session }) {
    const kfp = await session.client();
    const { pipelineId } = await findPipeline(kfp, pipeline);
    const made = await kfp.pipelineVersions.upload({
      path: file,
      pipelineId,
      ...given,
      tags: tagsOf(tag),
      onProgress: tellUpload(session.io, file),
    });
    await session.printer.one(pipelineVersionKind, made);
  },
});

const create = command({
  name: "create",
  summary: "Make a version of a pipeline from a URL.",
  options: {
    pipeline: pipelineOption,
    url: required("url", "Where the server gets the compiled pipeline from."),
    ...texts,
    tag,
  },
  examples: ["versions create --pipeline demo --url https://example.com/pipeline.yaml --name v2"],
  async run({ options: { pipeline, url, tag, ...given }, session }) {
    const kfp = await session.client();
    const { pipelineId } = await findPipeline(kfp, pipeline);
    const version = { ...given, packageUrl: { pipelineUrl: url }, tags: tagsOf(tag) };
    await session.printer.one(pipelineVersionKind, await kfp.pipelineVersions.create(pipelineId, version));
  },
});

const get = command({
  name: "get",
  summary: "Show a version of a pipeline, with the parameters that it takes.",
  args,
  examples: ["versions get demo v2", "versions get demo v2 --output json | jq .pipeline_spec"],
  async run({ args: { pipeline, version }, session }) {
    const kfp = await session.client();
    const { pipelineId } = await findPipeline(kfp, pipeline);
    await session.printer.one(pipelineVersionKind, await findVersion(kfp, pipelineId, version));
  },
});

const list = command({
  name: "list",
  summary: "List the versions of a pipeline, the newest first.",
  args: pipelineArg,
  options: listOptions,
  examples: ["versions list demo"],
  async run({ args: { pipeline }, options, session }) {
    const kfp = await session.client();
    const { pipelineId } = await findPipeline(kfp, pipeline);
    await printList(session, pipelineVersionKind, "versions", options, (query) =>
      kfp.pipelineVersions.list(pipelineId, query),
    );
  },
});

const update = command({
  name: "update",
  summary: "Change the display name or the tags of a version.",
  args,
  options: { displayName: textOption("text", "The name that people see."), ...tagChanges },
  examples: ["versions update demo v2 --tag stage=production"],
  async run({ args: { pipeline, version }, options: { displayName, tag, noTags }, session }) {
    const change = { displayName, tags: changedTags(tag, noTags) };
    checkChange(change);
    const kfp = await session.client();
    const { pipelineId } = await findPipeline(kfp, pipeline);
    const { pipelineVersionId } = await findVersion(kfp, pipelineId, version);
    const changed = await kfp.pipelineVersions.update(pipelineId, pipelineVersionId, change);
    await session.printer.one(pipelineVersionKind, changed);
  },
});

const remove = command({
  name: "delete",
  summary: "Delete a version of a pipeline; its runs stay.",
  args,
  options: deleteOptions,
  examples: ["versions delete demo v1", "versions delete demo v1 --yes"],
  async run(invocation) {
    const kfp = await invocation.session.client();
    const { pipelineId } = await findPipeline(kfp, invocation.args.pipeline);
    const found = await findVersion(kfp, pipelineId, invocation.args.version);
    await deleteFound(invocation, pipelineVersionKind, found, () =>
      kfp.pipelineVersions.delete(pipelineId, found.pipelineVersionId),
    );
  },
});

/** The commands on versions of pipelines. */
export const versions: CommandGroup = {
  name: "versions",
  alias: "version",
  summary: "Versions of a pipeline: what runs are made of.",
  commands: [upload, create, get, list, update, remove],
};
