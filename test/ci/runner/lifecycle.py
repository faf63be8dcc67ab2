"""What a data scientist does with runs through kfp.Client: the same again, end it, try it again, have it run on time."""

import json
import pathlib
import sys
import time

import kfp
from kfp import compiler, dsl

client = kfp.Client(host=sys.argv[1])
room = pathlib.Path(sys.argv[2])


@dsl.component(base_image="python:3.11")
def note(ledger: str, word: str) -> str:
    with open(ledger, "a") as file:
        file.write(word + "\n")
    return word


@dsl.component(base_image="python:3.11")
def need(file: str, after: str) -> str:
    with open(file) as found:
        return after + found.read()


@dsl.component(base_image="python:3.11")
def wait_for_ever(ledger: str):
    import time

    with open(ledger, "a") as file:
        file.write("waiting\n")
    time.sleep(600)


@dsl.pipeline(name="noted")
def noted(ledger: str) -> str:
    return note(ledger=ledger, word="noted").output


@dsl.pipeline(name="needy")
def needy(ledger: str, file: str) -> str:
    return need(file=file, after=note(ledger=ledger, word="first").output).output


@dsl.pipeline(name="endless")
def endless(ledger: str):
    clean_up = note(ledger=ledger, word="cleaned").set_caching_options(False)
    with dsl.ExitHandler(clean_up):
        wait_for_ever(ledger=ledger)


def package_of(pipeline):
    path = str(room / f"{pipeline.name}.yaml")
    compiler.Compiler().compile(pipeline, path)
    return path


def start(pipeline, **arguments):
    arguments = {name: str(value) for name, value in arguments.items()}
    return client.create_run_from_pipeline_package(package_of(pipeline), arguments=arguments).run_id


def ended(run_id):
    # wait_for_run_completion does not know that CANCELED is an end.
    until(lambda: client.get_run(run_id).state in ("SUCCEEDED", "FAILED", "CANCELED"))
    run = client.get_run(run_id)
    return {"runId": run_id, "state": run.state, "states": [each.state for each in run.state_history]}


def until(reached):
    for _ in range(600):
        if reached():
            return
        time.sleep(0.1)
    raise TimeoutError


def lines(ledger):
    return ledger.read_text().split() if ledger.exists() else []


def cached():
    ledger = room / "cached"
    runs = [ended(start(noted, ledger=ledger)) for _ in range(2)]
    return {"runs": runs, "ledger": lines(ledger)}


def terminated():
    ledger = room / "terminated"
    run_id = start(endless, ledger=ledger)
    until(lambda: "waiting" in lines(ledger))
    client.terminate_run(run_id)
    return {**ended(run_id), "ledger": lines(ledger)}


def retried():
    ledger, file = room / "retried", room / "needed"
    run_id = start(needy, ledger=ledger, file=file)
    first = ended(run_id)
    file.write_text("!")
    client._run_api.run_service_retry_run(run_id)
    until(lambda: len(client.get_run(run_id).state_history) > len(first["states"]))
    return {"first": first, "again": ended(run_id), "ledger": lines(ledger)}


def recurring():
    ledger = room / "recurring"
    experiment = client.create_experiment("on time").experiment_id
    made = client.create_recurring_run(
        experiment,
        "every second",
        cron_expression="* * * * * *",
        pipeline_package_path=package_of(noted),
        params={"ledger": str(ledger)},
        enable_caching=False,
        max_concurrency=1,
        no_catchup=True,
    )
    runs = lambda: client.list_runs(experiment_id=experiment, page_size=100).runs or []
    until(lambda: sum(run.state == "SUCCEEDED" for run in runs()) >= 2)
    client.disable_recurring_run(made.recurring_run_id)
    until(lambda: all(run.state == "SUCCEEDED" for run in runs()))
    before = len(runs())
    time.sleep(3)
    paused = len(runs())
    client.enable_recurring_run(made.recurring_run_id)
    until(lambda: len(runs()) > paused)
    client.delete_recurring_run(made.recurring_run_id)
    until(lambda: all(run.state == "SUCCEEDED" for run in runs()))
    return {
        "whilePaused": paused - before,
        "states": sorted({run.state for run in runs()}),
        "ofRecurringRun": all(run.recurring_run_id == made.recurring_run_id for run in runs()),
        "runs": len(runs()),
        "ledger": len(lines(ledger)),
    }


print(json.dumps({step.__name__: step() for step in (cached, terminated, retried, recurring)}))
