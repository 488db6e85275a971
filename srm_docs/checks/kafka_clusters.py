"""Domain 7, data: Kafka clusters of Amazon MSK and the connectors of MSK Connect, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_docs.checks.calls.kafka import CLUSTERS
from srm_docs.checks.calls.kafkaconnect import CONNECTORS
from srm_docs.checks.calls.kms import KEYS
from srm_docs.checks.data import DATA, LOGS
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unknown, unmet
from srm_docs.checks.policy_document import account_of
from srm_docs.checks.row import Row

IAM = "identity-access-management.iam-policies"

NO_CLUSTER = not_applicable("No Kafka cluster exists here.")
NO_OWN = not_applicable("No Kafka cluster with brokers of its own exists here.")
NO_CONNECTOR = not_applicable("No Kafka connector exists here.")
SERVERLESS = not_applicable("AWS sets this for serverless clusters.")

_LOGS = ("CloudWatchLogs", "Firehose", "S3")

Rows = Sequence[Row]


@check(DATA, whole=(CLUSTERS, KEYS), none=NO_OWN)
def kafka_clusters_use_a_key_of_our_own(clusters: Rows, keys: Rows) -> Iterator[Observation]:
    """Every Kafka cluster is encrypted with a customer-managed key.

    MSK always encrypts, but only a key of one's own can be withdrawn, and shows who used it.

    Remedy: Create the cluster anew with a customer-managed key; the key cannot be changed.

    Met:
      kafka:ListClustersV2:
      - Provisioned:
          EncryptionInfo: {EncryptionAtRest: {DataVolumeKMSKeyId: "arn:aws:kms:eu-west-1:111122223333:key/1"}}
      - Provisioned:
          EncryptionInfo: {EncryptionAtRest: {DataVolumeKMSKeyId: "arn:aws:kms:eu-west-1:444455556666:key/2"}}
      - {Serverless: {}}
      kms:DescribeKey: [{Arn: "arn:aws:kms:eu-west-1:111122223333:key/1", KeyManager: CUSTOMER}]
    Unmet:
      kafka:ListClustersV2:
      - Provisioned:
          EncryptionInfo: {EncryptionAtRest: {DataVolumeKMSKeyId: "arn:aws:kms:eu-west-1:111122223333:key/1"}}
      kms:DescribeKey: [{Arn: "arn:aws:kms:eu-west-1:111122223333:key/1", KeyManager: AWS}]
    Not applicable:
      kafka:ListClustersV2: [{Serverless: {}}]
      kms:DescribeKey: []
    Unknown:
      kafka:ListClustersV2:
      - Provisioned:
          EncryptionInfo: {EncryptionAtRest: {DataVolumeKMSKeyId: "arn:aws:kms:eu-west-1:111122223333:key/1"}}
      kms:DescribeKey: []
    """
    managers = {key["Arn"]: key["KeyManager"] for key in keys}
    for cluster in clusters:
        if "Serverless" in cluster:
            yield SERVERLESS.about(cluster)
            continue
        arn = cluster.at("Provisioned.EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId")
        if account_of(arn) != cluster.place.account:
            # AWS's own keys are in the account that uses them.
            yield met(f"Encrypted with {arn}, of another account.").about(cluster)
        elif arn not in managers:
            yield unknown(f"{arn} was not listed.").about(cluster)
        else:
            own = managers[arn] == "CUSTOMER"
            yield (met(f"Encrypted with {arn}.") if own else unmet("A key of AWS is used.")).about(cluster)


@check(DATA, each=CLUSTERS, none=NO_OWN, severity="high")
def kafka_clusters_encrypt_in_transit(cluster: Row) -> Observation:
    """Every Kafka cluster encrypts between its brokers, and takes encrypted connections only.

    Records can otherwise be read on the way.

    Remedy: Turn off plaintext for clients. Encryption between brokers can be chosen for a new cluster only.

    Met:   {Provisioned: {EncryptionInfo: {EncryptionInTransit: {ClientBroker: TLS, InCluster: true}}}}
    Unmet: {Provisioned: {EncryptionInfo: {EncryptionInTransit: {ClientBroker: TLS_PLAINTEXT, InCluster: true}}}}
    Unmet: {Provisioned: {EncryptionInfo: {EncryptionInTransit: {ClientBroker: TLS, InCluster: false}}}}
    Not applicable: {Serverless: {}}
    """
    if "Serverless" in cluster:
        return SERVERLESS
    about = cluster.at("Provisioned.EncryptionInfo.EncryptionInTransit")
    if about["ClientBroker"] != "TLS":
        return unmet(f"Clients are answered in {about['ClientBroker']}.")
    return met("Clients and brokers use TLS.") if about["InCluster"] else unmet("Brokers do not encrypt.")


@check(DATA, "networking.vpc-configuration", each=CLUSTERS, none=NO_OWN, severity="critical")
def kafka_clusters_are_not_public(cluster: Row) -> Observation:
    """No Kafka cluster can be reached from the internet.

    What is reached by everyone is guarded by a password or certificate alone.

    Remedy: Turn off public access and reach the brokers from inside the VPC.

    Met:   {Provisioned: {BrokerNodeGroupInfo: {ConnectivityInfo: {PublicAccess: {Type: DISABLED}}}}}
    Unmet: {Provisioned: {BrokerNodeGroupInfo: {ConnectivityInfo: {PublicAccess: {Type: SERVICE_PROVIDED_EIPS}}}}}
    Not applicable: {Serverless: {}}
    """
    if "Serverless" in cluster:
        return SERVERLESS
    kind = cluster.at("Provisioned.BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type")
    return met("Public access is off.") if kind == "DISABLED" else unmet(f"Public access is {kind}.")


@check(DATA, IAM, each=CLUSTERS, none=NO_OWN, severity="high")
def kafka_clusters_know_their_clients(cluster: Row) -> Observation:
    """No Kafka cluster takes clients that do not say who they are.

    Otherwise whoever reaches a broker in the network reads and writes every topic.

    Remedy: Turn on IAM, SASL/SCRAM or TLS authentication, and turn off unauthenticated access.

    Met:   {Provisioned: {ClientAuthentication: {Unauthenticated: {Enabled: false}, Sasl: {Iam: {Enabled: true}}}}}
    Met:   {Provisioned: {ClientAuthentication: {Tls: {Enabled: true}}}}
    Unmet: {Provisioned: {ClientAuthentication: {Unauthenticated: {Enabled: true}, Sasl: {Iam: {Enabled: true}}}}}
    Unmet: {Provisioned: {NumberOfBrokerNodes: 3}}
    Not applicable: {Serverless: {}}
    """
    if "Serverless" in cluster:
        return SERVERLESS
    about = cluster["Provisioned"].get("ClientAuthentication", {})
    if about.get("Unauthenticated", {}).get("Enabled"):
        return unmet("Clients that say nothing are let in.")
    ways = {"TLS": about.get("Tls", {}), **about.get("Sasl", {})}
    asked = [name for name, way in ways.items() if way.get("Enabled")]
    return met(f"Asked for: {', '.join(asked)}.") if asked else unmet("No client is asked who it is.")


@check(LOGS, each=CLUSTERS, none=NO_OWN)
def kafka_clusters_are_logged(cluster: Row) -> Observation:
    """Every Kafka cluster delivers the logs of its brokers.

    Refused connections and failing brokers show nowhere else.

    Remedy: Deliver broker logs to CloudWatch, Firehose or a bucket.

    Met:   {Provisioned: {LoggingInfo: {BrokerLogs: {S3: {Enabled: false}, CloudWatchLogs: {Enabled: true}}}}}
    Unmet: {Provisioned: {LoggingInfo: {BrokerLogs: {S3: {Enabled: false}}}}}
    Unmet: {Provisioned: {NumberOfBrokerNodes: 3}}
    Not applicable: {Serverless: {}}
    """
    if "Serverless" in cluster:
        return SERVERLESS
    logs = cluster["Provisioned"].get("LoggingInfo", {}).get("BrokerLogs", {})
    on = [name for name in _LOGS if logs.get(name, {}).get("Enabled")]
    return met(f"Logs go to {', '.join(on)}.") if on else unmet("No log is delivered.")


@check(DATA, each=CONNECTORS, none=NO_CONNECTOR, severity="high")
def kafka_connectors_encrypt_in_transit(connector: Row) -> Observation:
    """Every Kafka connector speaks to its cluster over TLS.

    Records can otherwise be read on the way.

    Remedy: Create the connector anew with TLS; it cannot be changed.

    Met:   {kafkaClusterEncryptionInTransit: {encryptionType: TLS}}
    Unmet: {kafkaClusterEncryptionInTransit: {encryptionType: PLAINTEXT}}
    """
    kind = connector.at("kafkaClusterEncryptionInTransit.encryptionType")
    return met("TLS is used.") if kind == "TLS" else unmet(f"{kind} is used.")
