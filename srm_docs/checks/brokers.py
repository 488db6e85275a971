"""Domain 7, data: message brokers of Amazon MQ, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.mq import BROKER_IDS, BROKERS
from srm_docs.checks.data import DATA, LOGS
from srm_docs.checks.functions import MANAGED_PATCHING
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import Row

NO_BROKER = not_applicable("No message broker exists here.")

_SEVERAL = ("ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ")


@check(DATA, each=BROKER_IDS, none=NO_BROKER)
def brokers_stand_in_two_zones(broker: Row) -> Observation:
    """Every message broker stands in more than one availability zone.

    With a single instance, a fault in its data centre stops every system that speaks through it.

    Remedy: Create an active/standby broker (ActiveMQ) or a cluster (RabbitMQ); the mode cannot be changed.

    Met:   {DeploymentMode: ACTIVE_STANDBY_MULTI_AZ}
    Met:   {DeploymentMode: CLUSTER_MULTI_AZ}
    Unmet: {DeploymentMode: SINGLE_INSTANCE}
    """
    mode = broker["DeploymentMode"]
    return met(f"Deployed as {mode}.") if mode in _SEVERAL else unmet(f"Deployed as {mode}.")


@check(LOGS, each=BROKERS, none=NO_BROKER)
def brokers_are_logged(broker: Row) -> Observation:
    """Every message broker delivers its general log, and that of ActiveMQ its audit log too.

    Who signed in, and who changed a queue, shows nowhere else.

    Remedy: Turn on general and audit logs of the broker.

    Met:   {EngineType: ACTIVEMQ, Logs: {General: true, Audit: true}}
    Met:   {EngineType: RABBITMQ, Logs: {General: true}}
    Unmet: {EngineType: ACTIVEMQ, Logs: {General: true, Audit: false}}
    Unmet: {EngineType: RABBITMQ, Logs: {General: false}}
    """
    wanted = ["General"] if broker["EngineType"].upper() == "RABBITMQ" else ["General", "Audit"]
    off = [name for name in wanted if not broker["Logs"].get(name)]
    return unmet(f"Off: {', '.join(off)}.") if off else met(f"On: {', '.join(wanted)}.")


@check(DATA, "networking.vpc-configuration", each=BROKERS, none=NO_BROKER, severity="critical")
def brokers_are_not_public(broker: Row) -> Observation:
    """No message broker has a public address.

    A broker on the internet, and its console, is guarded by its password alone.

    Remedy: Create the broker anew without public accessibility; it cannot be changed.

    Met:   {PubliclyAccessible: false}
    Unmet: {PubliclyAccessible: true}
    """
    if broker["PubliclyAccessible"]:
        return unmet("The broker is publicly accessible.")
    return met("The broker is reachable from inside the VPC only.")


@check(MANAGED_PATCHING, each=BROKERS, none=NO_BROKER)
def brokers_take_minor_upgrades(broker: Row) -> Observation:
    """Every message broker takes minor upgrades of its engine by itself.

    They hold the engine's security patches, and AWS applies them in the maintenance window only where it may.

    Remedy: Turn on AutoMinorVersionUpgrade for the broker.

    Met:   {AutoMinorVersionUpgrade: true}
    Unmet: {AutoMinorVersionUpgrade: false}
    """
    if broker["AutoMinorVersionUpgrade"]:
        return met("Minor upgrades are taken in the maintenance window.")
    return unmet("Minor upgrades wait for somebody to apply them.")
