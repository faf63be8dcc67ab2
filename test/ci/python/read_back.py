"""Reads with kfp.Client what the SDK created. usage: read_back.py HOST  with one JSON object of ids on stdin."""
import json
import sys
import warnings

warnings.filterwarnings("ignore")

import kfp  # noqa: E402

client = kfp.Client(host=sys.argv[1])
ids = json.load(sys.stdin)
experiment = client.get_experiment(experiment_id=ids["experiment"])
version = client.get_pipeline_version(ids["pipeline"], ids["version"])
run = client.get_run(ids["run"])
recurring_run = client.get_recurring_run(ids["recurringRun"])
print()
print(
    json.dumps(
        {
            "experiment": [experiment.display_name, experiment.description, experiment.created_at.isoformat()],
            "pipeline": client.get_pipeline(ids["pipeline"]).display_name,
            "version": [version.display_name, version.pipeline_spec["pipelineInfo"]["name"]],
            "run": [run.display_name, run.state, run.runtime_config.parameters, run.experiment_id],
            "recurringRun": [
                recurring_run.display_name,
                recurring_run.status,
                recurring_run.trigger.periodic_schedule.interval_second,
            ],
        }
    )
)
