"""Domain 7, data: SageMaker's notebooks, models, endpoints and training jobs, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.sagemaker import ENDPOINT_CONFIGURATIONS, MODELS, NOTEBOOKS, TRAINING_JOBS
from srm_docs.checks.data import DATA, LEAST_PRIVILEGE
from srm_docs.checks.kit import check
from srm_docs.checks.networking import VPC
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.quoted import quoted
from srm_docs.checks.row import Given, Row

NO_NOTEBOOK = not_applicable("No notebook instance exists here.")
NO_MODEL = not_applicable("No SageMaker model exists here.")
NO_ENDPOINT = not_applicable("No inference endpoint configuration exists here.")
NO_TRAINING = not_applicable("No training job ran here of late.")

TRAINING_DAYS = Parameter(
    id="training_job_days",
    title="Days for which training jobs that have ended are still judged, at least",
    default=90,
    loosest=30,
    unit="days",
    at_most=False,
)


@check(DATA, each=NOTEBOOKS, none=NO_NOTEBOOK)
def notebooks_are_encrypted_with_own_key(notebook: Row) -> Observation:
    """Every notebook instance encrypts its volume with a KMS key of the organization.

    Remedy: Create the notebook instance anew with a KMS key; it cannot be added later.

    Met:   {KmsKeyId: 1234abcd-12ab-34cd-56ef-1234567890ab}
    Unmet: {NotebookInstanceName: scores}
    """
    # AWS leaves the field out where no key was chosen.
    if notebook.get("KmsKeyId"):
        return met("A key of the organization encrypts the volume.")
    return unmet("No key of the organization encrypts the volume.")


@check(VPC, each=NOTEBOOKS, none=NO_NOTEBOOK)
def notebooks_stand_in_a_vpc(notebook: Row) -> Observation:
    """Every notebook instance stands in a subnet of the organization.

    Remedy: Create the notebook instance anew in a subnet of a VPC.

    Met:   {SubnetId: subnet-1}
    Unmet: {NotebookInstanceName: scores}
    """
    if notebook.get("SubnetId"):
        return met(f"It stands in {notebook['SubnetId']}.")
    return unmet("It stands outside every VPC.")


@check(VPC, each=NOTEBOOKS, none=NO_NOTEBOOK, severity="high")
def notebooks_have_no_direct_internet_access(notebook: Row) -> Observation:
    """No notebook instance reaches the internet but by way of the organization's VPC.

    Remedy: Turn off direct internet access, and route through a NAT gateway or endpoints where it is needed.

    Met:   {DirectInternetAccess: Disabled}
    Unmet: {DirectInternetAccess: Enabled}
    """
    if notebook["DirectInternetAccess"] == "Disabled":
        return met("There is no direct internet access.")
    return unmet("The notebook reaches the internet directly.")


@check(LEAST_PRIVILEGE, each=NOTEBOOKS, none=NO_NOTEBOOK)
def notebook_users_are_not_root(notebook: Row) -> Observation:
    """No user of a notebook instance is root on it.

    Remedy: Turn off root access for the notebook instance.

    Met:   {RootAccess: Disabled}
    Unmet: {RootAccess: Enabled}
    """
    if notebook["RootAccess"] == "Disabled":
        return met("Users are not root.")
    return unmet("Users are root.")


@check(VPC, each=MODELS, none=NO_MODEL)
def models_run_in_a_vpc(model: Row) -> Observation:
    """Every SageMaker model runs in subnets of the organization.

    Remedy: Create the model anew with a VPC configuration.

    Met:   {VpcConfig: {Subnets: [subnet-1], SecurityGroupIds: [sg-1]}}
    Unmet: {ModelName: scores}
    Unmet: {VpcConfig: {Subnets: []}}
    """
    if model.get("VpcConfig", {}).get("Subnets"):
        return met("It runs in subnets of the organization.")
    return unmet("It runs outside every VPC of the organization.")


@check(VPC, each=MODELS, none=NO_MODEL, severity="low")
def models_are_cut_off_from_the_network(model: Row) -> Observation:
    """Every SageMaker model is isolated: its containers make no calls to the network.

    A model that was tampered with can then send nothing away.

    Remedy: Create the model anew with network isolation.

    Met:   {EnableNetworkIsolation: true}
    Unmet: {EnableNetworkIsolation: false}
    """
    if model["EnableNetworkIsolation"]:
        return met("The network is out of its reach.")
    return unmet("Its containers may call the network.")


@check(DATA, each=ENDPOINT_CONFIGURATIONS, none=NO_ENDPOINT)
def inference_endpoints_have_two_instances(configuration: Row) -> Observation:
    """Every variant of an inference endpoint starts with two instances at least, which AWS spreads over zones.

    Remedy: Raise the initial instance count of the variant, or make it serverless.

    Met:   {ProductionVariants: [{VariantName: a, InitialInstanceCount: 2}]}
    Met:   {ProductionVariants: [{VariantName: a, ServerlessConfig: {MaxConcurrency: 5}}]}
    Unmet: {ProductionVariants: [{VariantName: a, InitialInstanceCount: 2}, {VariantName: b, InitialInstanceCount: 1}]}
    """
    counted = [v for v in configuration["ProductionVariants"] if "ServerlessConfig" not in v]
    single = [v["VariantName"] for v in counted if v["InitialInstanceCount"] < 2]  # noqa: PLR2004 - a spare
    if single:
        return unmet(f"One instance only: {quoted(single)}.")
    return met("No variant rests on one instance.")


@check(DATA, each=ENDPOINT_CONFIGURATIONS, none=NO_ENDPOINT)
def inference_endpoints_are_encrypted_with_own_key(configuration: Row) -> Observation:
    """Every inference endpoint encrypts the volumes of its instances with a KMS key of the organization.

    Remedy: Name a KMS key in a new endpoint configuration, and update the endpoint with it.

    Met:   {KmsKeyId: 1234abcd-12ab-34cd-56ef-1234567890ab, ProductionVariants: [{VariantName: a}]}
    Unmet: {ProductionVariants: [{VariantName: a}, {VariantName: b, ServerlessConfig: {MaxConcurrency: 5}}]}
    Not applicable: {ProductionVariants: [{VariantName: a, ServerlessConfig: {MaxConcurrency: 5}}]}
    """
    if all("ServerlessConfig" in v for v in configuration["ProductionVariants"]):
        return not_applicable("It is serverless and has no volume.")
    if configuration.get("KmsKeyId"):
        return met("A key of the organization encrypts the volumes.")
    return unmet("No key of the organization encrypts the volumes.")


def is_past(job: Row, given: Given) -> bool:
    """Whether a training job ended longer ago than management wants to hear of: nobody can change it any more."""
    return bool(
        job["TrainingJobStatus"] != "InProgress" and given.days_since(job["CreationTime"]) > given[TRAINING_DAYS]
    )


PAST = not_applicable("The job ended long ago and cannot be changed.")


@check(DATA, each=TRAINING_JOBS, none=NO_TRAINING, parameters=[TRAINING_DAYS])
def training_jobs_encrypt_volumes_and_output(job: Row, given: Given) -> Observation:
    """Every training job encrypts its volumes and its result with KMS keys of the organization.

    Remedy: Name a KMS key for volumes and one for output in the code that starts the job.

    Met:
      TrainingJobStatus: Completed
      CreationTime: 2025-12-20T00:00:00+00:00
      ResourceConfig: {VolumeKmsKeyId: a}
      OutputDataConfig: {KmsKeyId: b}
    Unmet:
      TrainingJobStatus: Completed
      CreationTime: 2025-12-20T00:00:00+00:00
      ResourceConfig: {InstanceCount: 1}
      OutputDataConfig: {KmsKeyId: b}
    Unmet:
      TrainingJobStatus: Completed
      CreationTime: 2025-12-20T00:00:00+00:00
      ResourceConfig: {VolumeKmsKeyId: a}
      OutputDataConfig: {KmsKeyId: ""}
    Not applicable: {TrainingJobStatus: Completed, CreationTime: 2025-02-20T00:00:00+00:00}
    """
    if is_past(job, given):
        return PAST
    keys = {"volumes": job["ResourceConfig"].get("VolumeKmsKeyId"), "output": job["OutputDataConfig"].get("KmsKeyId")}
    bare = [part for part, key in keys.items() if not key]
    if bare:
        return unmet(f"No key of the organization encrypts: {', '.join(bare)}.")
    return met("Keys of the organization encrypt volumes and output.")


@check(DATA, each=TRAINING_JOBS, none=NO_TRAINING, parameters=[TRAINING_DAYS])
def training_jobs_encrypt_between_instances(job: Row, given: Given) -> Observation:
    """Every training job on several instances encrypts what these send to each other.

    Remedy: Turn on inter-container traffic encryption in the code that starts the job.

    Met:
      TrainingJobStatus: InProgress
      CreationTime: 2025-12-20T00:00:00+00:00
      ResourceConfig: {InstanceCount: 4}
      EnableInterContainerTrafficEncryption: true
    Unmet:
      TrainingJobStatus: Completed
      CreationTime: 2025-12-20T00:00:00+00:00
      ResourceConfig: {InstanceGroups: [{InstanceCount: 1}, {InstanceCount: 1}]}
      EnableInterContainerTrafficEncryption: false
    Not applicable:
      TrainingJobStatus: Completed
      CreationTime: 2025-12-20T00:00:00+00:00
      ResourceConfig: {InstanceCount: 1}
      EnableInterContainerTrafficEncryption: false
    Not applicable: {TrainingJobStatus: Completed, CreationTime: 2025-02-20T00:00:00+00:00}
    """
    if is_past(job, given):
        return PAST
    resources = job["ResourceConfig"]
    count = resources.get("InstanceCount", 0) + sum(g["InstanceCount"] for g in resources.get("InstanceGroups", ()))
    if count == 1:
        return not_applicable("The job runs on one instance.")
    if job["EnableInterContainerTrafficEncryption"]:
        return met("Traffic between instances is encrypted.")
    return unmet("Traffic between instances is not encrypted.")


@check(VPC, each=TRAINING_JOBS, none=NO_TRAINING, parameters=[TRAINING_DAYS])
def training_jobs_run_in_a_vpc(job: Row, given: Given) -> Observation:
    """Every training job runs in subnets of the organization.

    Remedy: Name subnets and security groups in the code that starts the job.

    Met:
      TrainingJobStatus: Completed
      CreationTime: 2025-12-20T00:00:00+00:00
      VpcConfig: {Subnets: [subnet-1]}
    Unmet: {TrainingJobStatus: Completed, CreationTime: 2025-12-20T00:00:00+00:00}
    Not applicable: {TrainingJobStatus: Completed, CreationTime: 2025-02-20T00:00:00+00:00}
    """
    if is_past(job, given):
        return PAST
    if job.get("VpcConfig", {}).get("Subnets"):
        return met("It runs in subnets of the organization.")
    return unmet("It runs outside every VPC of the organization.")
