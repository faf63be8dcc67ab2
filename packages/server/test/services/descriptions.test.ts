import { expect, it } from "vitest";
import { call, echo, packageFile, refusalOf, startServices } from "./harness.ts";

const url = "https://packages.example/echo.json";
const packageUrl = { pipelineUrl: url };

it("a description has at most 65,535 characters, whatever it describes", async () => {
  const { handlers } = await startServices({ urls: { [url]: packageFile() } });
  const { experiments, pipelines, pipelineVersions, runs, recurringRuns } = handlers;
  const { pipelineId = "" } = await call(pipelines.create, { body: { name: "parent" } });
  const create: Record<string, (description: string) => Promise<unknown>> = {
    experiment: (description) => call(experiments.create, { body: { displayName: "e", description } }),
    pipeline: (description) => call(pipelines.create, { body: { name: "p", description } }),
    "pipeline with a version": (description) =>
      call(pipelines.createWithVersion, {
        body: { pipeline: { name: "q", description }, pipelineVersion: { packageUrl } } as never,
      }),
    version: (description) =>
      call(pipelineVersions.create, {
        params: { pipelineId },
        body: { pipelineId, name: "v", packageUrl, description },
      }),
    "uploaded pipeline": (description) =>
      call(pipelines.upload, { query: { name: "u", description }, file: packageFile() }),
    "uploaded version": (description) =>
      call(pipelineVersions.upload, {
        query: { name: "w", pipelineid: pipelineId, description },
        file: packageFile(),
      }),
    run: (description) => call(runs.create, { body: { displayName: "r", pipelineSpec: echo, description } }),
    "recurring run": (description) =>
      call(recurringRuns.create, {
        body: { displayName: "j", pipelineSpec: echo, maxConcurrency: 1, description },
      }),
  };
  for (const [what, make] of Object.entries(create)) {
    expect(await refusalOf(make("d".repeat(65_536))), what).toEqual({
      code: "INVALID_ARGUMENT",
      message: "description: at most 65535 characters; it has 65536",
    });
    await expect(make("d".repeat(65_535)), what).resolves.toMatchObject({ description: "d".repeat(65_535) });
  }
});
