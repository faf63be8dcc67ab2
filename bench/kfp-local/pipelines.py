"""The pipelines that the bench runs on both sides: compiled for ours, called for kfp.local."""

import sys
import time

from kfp import compiler, dsl, local


@dsl.component(base_image="python:3.11")
def increment(n: int) -> int:
    return n + 1


@dsl.component(base_image="python:3.11")
def rest(n: int) -> int:
    import time

    time.sleep(2)
    return n


@dsl.pipeline(name="one")
def one(n: int = 1) -> int:
    return increment(n=n).output


@dsl.pipeline(name="chain")
def chain(n: int = 1) -> int:
    value = increment(n=n)
    for _ in range(9):
        value = increment(n=value.output)
    return value.output


@dsl.pipeline(name="loop")
def loop():
    with dsl.ParallelFor([1, 2, 3, 4, 5, 6, 7, 8], parallelism=8) as n:
        rest(n=n)


pipelines = {"one": one, "chain": chain, "loop": loop}

if __name__ == "__main__":
    name, target = sys.argv[1], sys.argv[2]
    if name == "compile":
        for each, pipeline in pipelines.items():
            compiler.Compiler().compile(pipeline, f"{target}/{each}.yaml")
    else:
        local.init(local.SubprocessRunner(use_venv=False), pipeline_root=target, raise_on_error=True)
        task = pipelines[name]()
        print(task.outputs)
