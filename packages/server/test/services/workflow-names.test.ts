import { expect, it } from "vitest";
import { newScheduledWorkflowName, newWorkflowName } from "../../src/services/workflow-names.ts";

it("a run's workflow is called by its pipeline and five random characters, and fits into a DNS label", () => {
  expect(newWorkflowName("echo")).toMatch(/^echo-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect(newWorkflowName("p".repeat(100))).toHaveLength(63);
});

it("a recurring run's resource is called by what is left of its name in lower case", () => {
  expect(newScheduledWorkflowName("My Nightly Run!")).toMatch(/^mynightlyrun[a-z0-9]{5}$/);
  expect(newScheduledWorkflowName("日本")).toMatch(/^job-[a-z0-9]{5}$/);
  expect(newScheduledWorkflowName("n".repeat(60))).toHaveLength(30);
});
