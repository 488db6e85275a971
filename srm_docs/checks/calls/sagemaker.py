"""What is asked of Amazon SageMaker: notebooks, models, endpoints and training jobs, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

NOTEBOOK_NAMES = Call(
    service="sagemaker",
    operation="ListNotebookInstances",
    noun="notebook instance's name",
    nouns="notebook instances' names",
    rows="NotebookInstances",
    name="NotebookInstanceName",
)

NOTEBOOKS = Call(
    service="sagemaker",
    operation="DescribeNotebookInstance",
    noun="notebook instance",
    nouns="notebook instances",
    name="NotebookInstanceName",
    per=NOTEBOOK_NAMES,
    bind={"NotebookInstanceName": "NotebookInstanceName"},
)

MODEL_NAMES = Call(
    service="sagemaker",
    operation="ListModels",
    noun="model's name",
    nouns="models' names",
    rows="Models",
    name="ModelName",
)

MODELS = Call(
    service="sagemaker",
    operation="DescribeModel",
    noun="SageMaker model",
    nouns="SageMaker models",
    name="ModelName",
    per=MODEL_NAMES,
    bind={"ModelName": "ModelName"},
    redact=(
        "PrimaryContainer.Environment.*",
        "Containers[].Environment.*",
        "DeploymentRecommendation.RealTimeInferenceRecommendations[].Environment.*",
    ),
)

ENDPOINT_CONFIGURATION_NAMES = Call(
    service="sagemaker",
    operation="ListEndpointConfigs",
    noun="endpoint configuration's name",
    nouns="endpoint configurations' names",
    rows="EndpointConfigs",
    name="EndpointConfigName",
)

ENDPOINT_CONFIGURATIONS = Call(
    service="sagemaker",
    operation="DescribeEndpointConfig",
    noun="inference endpoint configuration",
    nouns="inference endpoint configurations",
    name="EndpointConfigName",
    per=ENDPOINT_CONFIGURATION_NAMES,
    bind={"EndpointConfigName": "EndpointConfigName"},
    redact=("ExplainerConfig.ClarifyExplainerConfig",),
)

# Results of other kinds, which a search could bring.
_NOT_ASKED_FOR = (
    "Endpoint", "Experiment", "FeatureGroup", "FeatureMetadata", "HubContent", "HyperParameterTuningJob", "Job",
    "Model", "ModelCard", "ModelPackage", "ModelPackageGroup", "Pipeline", "PipelineExecution", "PipelineVersion",
    "Project", "Trial", "TrialComponent",
)  # fmt: skip

# Training jobs stay listed for good, thousands of them: a search gives a hundred a reply with all their settings, where
# describing them one by one would be a request each.
TRAINING_JOBS = Call(
    service="sagemaker",
    operation="Search",
    variant="training-jobs",
    noun="training job",
    nouns="training jobs",
    rows="Results[].TrainingJob",
    name="TrainingJobName",
    params={"Resource": "TrainingJob"},
    redact=(
        *(f"Results[].{kind}" for kind in _NOT_ASKED_FOR),
        "Results[].TrainingJob.HyperParameters.*",
        "Results[].TrainingJob.Environment.*",
        "Results[].TrainingJob.AlgorithmSpecification.ContainerEntrypoint",
        "Results[].TrainingJob.AlgorithmSpecification.ContainerArguments",
        "Results[].TrainingJob.DebugHookConfig.HookParameters.*",
        "Results[].TrainingJob.DebugHookConfig.CollectionConfigurations[].CollectionParameters.*",
        "Results[].TrainingJob.DebugRuleConfigurations[].RuleParameters.*",
        "Results[].TrainingJob.ProfilerConfig.ProfilingParameters.*",
    ),
)
