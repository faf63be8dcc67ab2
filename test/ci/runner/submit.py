"""Compiles pipelines and submits them with kfp.Client, as a data scientist does; prints what came of each."""

import json
import sys
import tempfile

import kfp
from kfp import compiler, dsl


@dsl.component(base_image="python:3.11")
def double(n: int) -> int:
    print(f"doubling {n}")
    return 2 * n


@dsl.component(base_image="python:3.11")
def write(text: str, out: dsl.Output[dsl.Dataset]):
    out.metadata["length"] = len(text)
    with open(out.path, "w") as file:
        file.write(text)


@dsl.component(base_image="python:3.11")
def fail():
    raise RuntimeError("on purpose")


@dsl.pipeline(name="submitted")
def submitted(n: int = 1) -> int:
    with dsl.ParallelFor([1, 2, 3]) as item:
        double(n=item)
    first = double(n=n)
    write(text="from Python")
    return double(n=first.output).output


@dsl.pipeline(name="failing")
def failing():
    fail()


client = kfp.Client(host=sys.argv[1])
answers = {}
for pipeline, arguments in ((submitted, {"n": 5}), (failing, {})):
    with tempfile.NamedTemporaryFile(suffix=".yaml") as package:
        compiler.Compiler().compile(pipeline, package.name)
        run = client.create_run_from_pipeline_package(package.name, arguments=arguments, enable_caching=False)
    ended = client.wait_for_run_completion(run.run_id, timeout=100, sleep_duration=1)
    details = ended.run_details.task_details if ended.run_details else []
    answers[pipeline.name] = {
        "runId": run.run_id,
        "state": ended.state,
        "states": [each.state for each in ended.state_history],
        "tasks": sorted(f"{task.display_name} {task.state}" for task in details),
        "error": ended.error.message if ended.error else None,
    }
print(json.dumps(answers))
