import type { JsonObject } from "@kfp-ts/api";

/** What a pipeline of the corpus is run with, and what it comes to. */
export interface Expectation {
  readonly parameters?: JsonObject;
  /** Parameters of the pipeline's own outputs. */
  readonly outputs?: JsonObject;
  /** Tasks that have to have succeeded, by the last part of their path. */
  readonly succeeded?: readonly string[];
}

/** Those that this machine executes with nothing but Python and what pip installs. `{room}` is a folder of the test. */
export const executed: Readonly<Record<string, Expectation>> = {
  collected_artifacts: { succeeded: ["read-models", "read-datasets"] },
  component_with_env_variable: { outputs: { Output: "env_var_value" } },
  component_with_pip_index_urls: {},
  component_with_pip_install: {},
  component_with_pip_install_in_venv: {},
  concat_message: { parameters: { message1: "a", message2: "b" }, outputs: { Output: "ab" } },
  cross_loop_after_topology: {},
  dict_input: { parameters: { struct: { a: 1 } } },
  embedded_artifact: {},
  identity: { parameters: { value: "it's {{$}}" }, outputs: { Output: "it's {{$}}" } },
  if_else_with_oneof_artifacts: { succeeded: ["print-artifact"] },
  lightweight_python_functions_pipeline: { parameters: { message: "hello" } },
  lightweight_python_functions_with_outputs: {
    parameters: { first_message: "a", second_message: "b", first_number: 1, second_number: 2 },
  },
  local_execution_pipeline_with_exit_handler: { succeeded: ["record-exit"] },
  local_execution_pipeline_with_k8s_only_methods: { outputs: { Output: "hello" } },
  local_execution_pipeline_with_oneof: { outputs: { Output: "selected:A" } },
  local_execution_pipeline_with_retry: {
    parameters: { counter_path: "{room}/counter" },
    outputs: { Output: "attempt=2" },
  },
  loop_consume_upstream: {},
  nested_pipeline_opt_input_child_level_compiled: {},
  nested_pipeline_opt_inputs_parent_level_compiled: {},
  nested_with_parameters: {
    outputs: {
      Output: [
        [4, 6, 8],
        [6, 8, 10],
        [8, 10, 12],
      ],
    },
    succeeded: ["add"],
  },
  // There is no secret here, which is said at the start; the component takes that as it is.
  parallel_for_secret: {},
  parameters_complex: { outputs: { Output: 306 } },
  pipeline_with_caching: {},
  pipeline_with_collected_artifacts: {},
  pipeline_with_condition: {},
  pipeline_with_loops: {},
  pipeline_with_metrics_outputs: {},
  pipeline_with_nested_conditions: {},
  pipeline_with_nested_loops: {},
  pipeline_with_parallelfor_parallelism: { parameters: { loop_parameter: ["a", "b", "c"] } },
  pipeline_with_params_containing_format: {},
  pipeline_with_reused_component: { succeeded: ["add-numbers-3"] },
  pipeline_with_string_machine_fields_pipeline_input: {},
  preprocess: {
    parameters: { message: "hello", input_dict_parameter: { a: 1 }, input_list_parameter: ["a"] },
  },
  pythonic_artifacts_with_list_of_artifacts: {},
  take_nap_compiled: { parameters: { naptime_secs: 1 } },
};

/** Those with tasks that have to fail. */
export const failed: Readonly<Record<string, Expectation>> = {
  "failing/fail_v2": {},
  "failing/pipeline_with_exit_handler": { succeeded: ["print-op"] },
  "failing/pipeline_with_multiple_exit_handlers": { succeeded: ["print-op", "print-op-3", "print-op-5"] },
  // The task that ignores the failure runs; the run has failed all the same.
  "valid/local_execution_pipeline_with_ignore_upstream_failure": {
    parameters: { marker_path: "{room}/marker" },
    succeeded: ["write-marker"],
  },
};

/** Those with containers whose programs this machine has: refused unless it may use them. */
export const hostPrograms: Readonly<Record<string, Expectation>> = {
  arguments_parameters: { parameters: { param2: "world" } },
  container_no_input: {},
  mounted_cabundle_configmap: {},
  pipeline_in_pipeline_complex: {},
  pipeline_with_after: { succeeded: ["print-text-3"] },
  pipeline_with_nested_conditions_yaml: {},
  pipeline_with_outputs: {},
  pipeline_with_task_final_status_yaml: { succeeded: ["exit-op"] },
  placeholder_with_if_placeholder_none_input_value: {},
  run_as_user_cache_enabled: {},
};

/** Those whose programs are in an image, by the name of the image. */
export const refused: Readonly<Record<string, string>> = {
  container_with_artifact_output: "gcr.io/my-image",
  container_with_placeholder_in_fstring: "registry.access.redhat.com/ubi9/python-311:latest",
  pipeline_with_dynamic_task_output_custom_training_job: "gcr.io/ml-pipeline/google-cloud-pipeline-components:2.14.1",
  components_with_optional_artifacts: "alpine",
  pipeline_with_importer_and_gcpc_types: "dummy",
  pipeline_with_various_io_types: "gcr.io/image",
};

/** Those that are not run here, and why. */
export const notRun: Readonly<Record<string, string>> = {
  iris_pipeline_compiled: "installs pandas and scikit-learn, which takes minutes",
  upload_download_compiled: "looks for the MinIO of a cluster",
  log_streaming_compiled: "writes a log for a minute; it is canceled in a test of its own",
  pipeline_with_concat_placeholder: "asks a shell for [[, which busybox has and Debian's sh has not",
};
