"""Drives a Kubeflow Pipelines through every public method of kfp.Client, as a user's script would.

usage: every_method.py HOST   prints one JSON object with the ids of what is left for others to read.
"""
import inspect
import json
import os
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")

import kfp  # noqa: E402
from kfp import dsl  # noqa: E402
import kfp_server_api  # noqa: E402

HOST = sys.argv[1]
CALLED = set()


class Client(kfp.Client):
    """kfp.Client that remembers which of its public methods were called."""

    def __getattribute__(self, name):
        if not name.startswith("_") and inspect.isfunction(getattr(kfp.Client, name, None)):
            CALLED.add(name)
        return super().__getattribute__(name)


@dsl.component(base_image="python:3.11")
def add(a: float, b: float) -> float:
    return a + b


@dsl.pipeline(name="add-pipeline", description="adds")
def add_pipeline(a: float = 1.0, b: float = 7.0):
    add(a=a, b=b)


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def expect_status(status, call):
    try:
        call()
    except kfp_server_api.ApiException as error:
        expect(error.status == status, f"expected {status}, got {error.status}: {error.body}")
        return error
    raise AssertionError(f"expected {status}, got an answer")


def equals(key, value):
    return json.dumps({"predicates": [{"operation": 1, "key": key, "stringValue": value}]})


client = Client(host=HOST)
folder = tempfile.mkdtemp()
package = os.path.join(folder, "add.yaml")
kfp.compiler.Compiler().compile(add_pipeline, package)

# the server and the namespace
health = client.get_kfp_healthz()
expect(health.multi_user is False, "single-user")
client.set_user_namespace("team")
expect(client.get_user_namespace() == "team", "the namespace is kept")
client.set_user_namespace("")

# experiments
experiment = client.create_experiment("from Python", description="made by kfp.Client")
expect(client.create_experiment("from Python").experiment_id == experiment.experiment_id, "get or create")
expect(client.get_experiment(experiment_id=experiment.experiment_id).display_name == "from Python", "by id")
expect(client.get_experiment(experiment_name="from Python").experiment_id == experiment.experiment_id, "by name")
others = [client.create_experiment(f"paged {n}") for n in range(3)]
first = client.list_experiments(page_size=2, sort_by="created_at desc")
expect(len(first.experiments) == 2 and first.total_size >= 4 and first.next_page_token, "a first page")
second = client.list_experiments(page_size=2, sort_by="created_at desc", page_token=first.next_page_token)
seen = {e.experiment_id for e in first.experiments} & {e.experiment_id for e in second.experiments}
expect(not seen, "pages do not overlap")
expect(client.list_experiments(filter=equals("name", "FROM PYTHON")).total_size == 1, "names compare without case")
client.archive_experiment(others[0].experiment_id)
expect(client.get_experiment(others[0].experiment_id).storage_state == "ARCHIVED", "archived")
client.unarchive_experiment(others[0].experiment_id)
expect(client.get_experiment(others[0].experiment_id).storage_state == "AVAILABLE", "unarchived")
for other in others:
    client.delete_experiment(other.experiment_id)
expect_status(404, lambda: client.get_experiment(others[0].experiment_id))

# pipelines and versions
pipeline = client.upload_pipeline(package, pipeline_name="add from Python", description="adds two numbers")
expect_status(409, lambda: client.upload_pipeline(package, pipeline_name="add from Python"))
from_func = client.upload_pipeline_from_pipeline_func(add_pipeline, pipeline_name="add from a function")
expect(client.get_pipeline(pipeline.pipeline_id).display_name == "add from Python", "a pipeline by id")
expect(client.get_pipeline_id("add from Python") == pipeline.pipeline_id, "a pipeline's id by its name")
expect(client.get_pipeline_id("there is none") is None, "no pipeline of that name")
listed = client.list_pipelines(page_size=100, sort_by="name", filter=equals("name", "add from Python"))
expect([p.pipeline_id for p in listed.pipelines] == [pipeline.pipeline_id], "pipelines by filter")
version = client.upload_pipeline_version(package, "v2", pipeline_id=pipeline.pipeline_id, description="the second")
by_name = client.upload_pipeline_version(package, "v3", pipeline_name="add from Python")
expect(by_name.pipeline_id == pipeline.pipeline_id, "a version by the pipeline's name")
by_func = client.upload_pipeline_version_from_pipeline_func(add_pipeline, "v4", pipeline_id=pipeline.pipeline_id)
versions = client.list_pipeline_versions(pipeline.pipeline_id, sort_by="created_at desc")
expect(versions.total_size == 4, f"four versions, got {versions.total_size}")
expect({v.display_name for v in versions.pipeline_versions} == {"add from Python", "v2", "v3", "v4"}, "their names")
got = client.get_pipeline_version(pipeline.pipeline_id, version.pipeline_version_id)
expect(got.pipeline_spec["pipelineInfo"]["name"] == "add-pipeline", "the compiled pipeline comes back")
client.delete_pipeline_version(pipeline.pipeline_id, by_func.pipeline_version_id)
expect_status(404, lambda: client.get_pipeline_version(pipeline.pipeline_id, by_func.pipeline_version_id))
for v in client.list_pipeline_versions(from_func.pipeline_id).pipeline_versions:
    client.delete_pipeline_version(from_func.pipeline_id, v.pipeline_version_id)
client.delete_pipeline(from_func.pipeline_id)
expect_status(404, lambda: client.get_pipeline(from_func.pipeline_id))

# runs
run = client.run_pipeline(
    experiment.experiment_id,
    "run by reference",
    pipeline_id=pipeline.pipeline_id,
    version_id=version.pipeline_version_id,
    params={"a": 2.5},
    service_account="somebody",
)
expect(run.pipeline_version_reference.pipeline_version_id == version.pipeline_version_id, "the version that was asked for")
inline = client.create_run_from_pipeline_package(
    package, arguments={"a": 3}, run_name="run from a package", experiment_name="from Python", enable_caching=False
)
expect(inline.run_info.runtime_config.parameters == {"a": 3}, "parameters come back")
defaulted = client.create_run_from_pipeline_func(add_pipeline, arguments={"b": 1.5}, run_name="run from a function")
default = client.get_experiment(experiment_name="Default")
expect(client.get_run(defaulted.run_id).experiment_id == default.experiment_id, "the default experiment")
expect(client.get_run(run.run_id).state == "PENDING", "nothing pretends to have run")
runs = client.list_runs(experiment_id=experiment.experiment_id, sort_by="created_at")
expect([r.run_id for r in runs.runs] == [run.run_id, inline.run_id], "runs of an experiment, in order")
expect_status(400, lambda: client.run_pipeline(experiment.experiment_id, "no such parameter", package, params={"z": 1}))
try:
    client.wait_for_run_completion(run.run_id, timeout=0.2, sleep_duration=0.1)
    raise AssertionError("a run without a launcher does not end")
except TimeoutError:
    pass
client.archive_run(run.run_id)
expect(client.get_run(run.run_id).storage_state == "ARCHIVED", "archived")
client.unarchive_run(run.run_id)
expect(client.get_run(run.run_id).storage_state == "AVAILABLE", "unarchived")
client.terminate_run(defaulted.run_id)
expect(client.get_run(defaulted.run_id).state == "CANCELING", "asked to end")
client.delete_run(defaulted.run_id)
expect_status(404, lambda: client.get_run(defaulted.run_id))

# recurring runs
cron = client.create_recurring_run(
    experiment.experiment_id,
    "every night",
    cron_expression="0 0 3 * * *",
    pipeline_id=pipeline.pipeline_id,
    version_id=version.pipeline_version_id,
    params={"a": 1},
    no_catchup=True,
    enabled=False,
)
periodic = client.create_recurring_run(
    experiment.experiment_id, "every minute", interval_second=60, max_concurrency=3, pipeline_package_path=package
)
expect(client.get_recurring_run(cron.recurring_run_id).trigger.cron_schedule.cron == "0 0 3 * * *", "its cron")
expect(client.get_recurring_run(cron.recurring_run_id).status == "DISABLED", "made disabled")
client.enable_recurring_run(cron.recurring_run_id)
expect(client.get_recurring_run(cron.recurring_run_id).status == "ENABLED", "enabled")
client.disable_recurring_run(cron.recurring_run_id)
client.enable_job(cron.recurring_run_id)
client.disable_job(cron.recurring_run_id)
expect(client.get_recurring_run(cron.recurring_run_id).status == "DISABLED", "disabled")
recurring = client.list_recurring_runs(experiment_id=experiment.experiment_id, sort_by="name desc")
expect([r.display_name for r in recurring.recurring_runs] == ["every night", "every minute"], "recurring runs, sorted")
expect(int(recurring.recurring_runs[1].max_concurrency) == 3, "how many at once")
for extra in ("one", "two"):
    extra_run = client.create_recurring_run(
        experiment.experiment_id, extra, interval_second=60, pipeline_package_path=package
    )
    (client.delete_job if extra == "one" else client.delete_recurring_run)(extra_run.recurring_run_id)
    expect_status(404, lambda: client.get_recurring_run(extra_run.recurring_run_id))

every = {name for name, _ in inspect.getmembers(kfp.Client, inspect.isfunction) if not name.startswith("_")}
expect(every == CALLED, f"never called: {sorted(every - CALLED)}")
print()
print(
    json.dumps(
        {
            "methods": len(CALLED),
            "experiment": experiment.experiment_id,
            "pipeline": pipeline.pipeline_id,
            "version": version.pipeline_version_id,
            "run": run.run_id,
            "inlineRun": inline.run_id,
            "cron": cron.recurring_run_id,
            "periodic": periodic.recurring_run_id,
        }
    )
)
