"""Domain 7, data: how databases are placed, reached and entered, as checks. RDS, Neptune, DocumentDB alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from srm_docs.checks.calls.ec2 import ROUTE_TABLES, SUBNETS
from srm_docs.checks.calls.rds import DB_CLUSTERS, DB_INSTANCES
from srm_docs.checks.calls.rds_settings import DB_CLUSTER_PARAMETERS, DB_PARAMETERS, forcing
from srm_docs.checks.data import DATA
from srm_docs.checks.data_keys import CERTIFICATE_DAYS, until
from srm_docs.checks.data_stores import DATABASES, NO_DATABASE, NO_MAIN, standing_alone
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.parameter import Parameter
from srm_docs.checks.quoted import quoted
from srm_docs.checks.routes import is_public
from srm_docs.checks.row import Given, NotAnswered, Row

IAM = "identity-access-management.iam-policies"
SECRETS = "application-security.input-validation-secrets"

Rows = Sequence[Row]

COMMON_NAMES = Parameter(
    id="common_administrator_names",
    title="Names of a database administrator that an attacker tries first (capitals do not matter)",
    default=("admin", "administrator", "awsuser", "dbadmin", "master", "mysql", "postgres", "root", "sa", "system"),
)

_WITH_IAM = ("aurora", "mariadb", "mysql", "neptune", "postgres")
_ON = frozenset({"1", "on", "true", "enabled", "fips-140-3"})


def of_their_own(instances: Rows) -> Iterator[Row]:
    """Database instances that are not members of a cluster; read replicas have settings of their own too."""
    for instance in instances:
        if "DBClusterIdentifier" not in instance:
            yield instance


@check(DATA, whole=(DB_INSTANCES, DB_CLUSTERS), counts=DATABASES, none=NO_MAIN)
def databases_stand_in_two_zones(instances: Rows, clusters: Rows) -> Iterator[Observation]:
    """Every database has a standby or a reader in a second availability zone.

    With one zone, a fault in its data centre stops the database until a backup is restored.

    Remedy: Turn on Multi-AZ for the instance, or add a reader in another zone to the cluster.

    Met:
      rds:DescribeDBInstances:
      - {MultiAZ: true}
      - {MultiAZ: false, DBClusterIdentifier: orders}
      - {MultiAZ: false, ReadReplicaSourceDBInstanceIdentifier: main}
      rds:DescribeDBClusters: [{MultiAZ: true}]
    Unmet:
      rds:DescribeDBInstances: [{MultiAZ: false}]
      rds:DescribeDBClusters: []
    """
    for database in (*standing_alone(tuple(instances)), *clusters):
        said = met("It stands in two zones.") if database["MultiAZ"] else unmet("It stands in one zone.")
        yield said.about(database)


@check(DATA, "networking.vpc-configuration", whole=(DB_INSTANCES, SUBNETS, ROUTE_TABLES), none=NO_DATABASE)
def databases_stand_in_private_subnets(instances: Rows, subnets: Rows, tables: Rows) -> Iterator[Observation]:
    """Every database instance stands in subnets to which no route leads from the internet.

    A public subnet is one setting away from a database on the internet.

    Remedy: Move the instance to a subnet group of private subnets.

    Met:
      rds:DescribeDBInstances: [{DBSubnetGroup: {Subnets: [{SubnetIdentifier: a}]}}]
      ec2:DescribeSubnets: [{SubnetId: a, VpcId: v}, {SubnetId: b, VpcId: v}]
      ec2:DescribeRouteTables:
      - {VpcId: v, Associations: [{Main: true}], Routes: [{GatewayId: local, State: active}]}
      - {VpcId: v, Associations: [{SubnetId: b}], Routes: [{GatewayId: igw-1, State: active}]}
    Unmet:
      rds:DescribeDBInstances: [{DBSubnetGroup: {Subnets: [{SubnetIdentifier: a}, {SubnetIdentifier: b}]}}]
      ec2:DescribeSubnets: [{SubnetId: a, VpcId: v}, {SubnetId: b, VpcId: v}]
      ec2:DescribeRouteTables:
      - {VpcId: v, Associations: [{Main: true}], Routes: [{GatewayId: local, State: active}]}
      - {VpcId: v, Associations: [{SubnetId: b}], Routes: [{GatewayId: igw-1, State: active}]}
    Unmet:
      rds:DescribeDBInstances: [{DBInstanceIdentifier: classic}]
      ec2:DescribeSubnets: []
      ec2:DescribeRouteTables: []
    Unknown:
      rds:DescribeDBInstances: [{DBSubnetGroup: {Subnets: [{SubnetIdentifier: shared}]}}]
      ec2:DescribeSubnets: []
      ec2:DescribeRouteTables: []
    """
    known = {subnet["SubnetId"]: subnet for subnet in subnets}
    for instance in instances:
        if "DBSubnetGroup" not in instance:
            yield unmet("The instance stands in no VPC.").about(instance)
            continue
        names = [subnet["SubnetIdentifier"] for subnet in instance["DBSubnetGroup"]["Subnets"]]
        public = [name for name in names if is_public(known[name], tables)]
        said = unmet(f"Public: {', '.join(public)}.") if public else met("Its subnets are private.")
        yield said.about(instance)


@check(
    DATA,
    whole=(DB_INSTANCES, DB_CLUSTERS, DB_PARAMETERS, DB_CLUSTER_PARAMETERS),
    counts=DATABASES,
    none=not_applicable("No database whose parameters decide on TLS exists here."),
    severity="high",
)
def databases_refuse_plain_connections(
    instances: Rows, clusters: Rows, own: Rows, shared: Rows
) -> Iterator[Observation]:
    """Every database refuses connections that are not encrypted.

    A client that asks for no encryption sends its password and the data in the clear. Neptune takes TLS connections
    only; Oracle and Db2 are set elsewhere and are not judged here.

    Remedy: Set rds.force_ssl, require_secure_transport or tls, as the engine names it, in the parameter group.

    Met:
      rds:DescribeDBInstances:
      - {Engine: postgres, DBParameterGroups: [{DBParameterGroupName: p}]}
      - {Engine: aurora-mysql, DBClusterIdentifier: orders, DBParameterGroups: [{DBParameterGroupName: q}]}
      - {Engine: oracle-ee, DBParameterGroups: [{DBParameterGroupName: o}]}
      rds:DescribeDBClusters: [{Engine: aurora-mysql, DBClusterParameterGroup: m}]
      rds:DescribeDBParameters:
      - _parent: {DBParameterGroups: [{DBParameterGroupName: p}]}
        ParameterName: rds.force_ssl
        ParameterValue: "1"
      rds:DescribeDBClusterParameters:
      - _parent: {DBClusterParameterGroup: m}
        ParameterName: require_secure_transport
        ParameterValue: "ON"
    Unmet:
      rds:DescribeDBInstances: [{Engine: mysql, DBParameterGroups: [{DBParameterGroupName: p}]}]
      rds:DescribeDBClusters: []
      rds:DescribeDBParameters:
      - {_parent: {DBParameterGroups: [{DBParameterGroupName: p}]}, ParameterName: require_secure_transport}
      rds:DescribeDBClusterParameters: []
    Unmet:
      rds:DescribeDBInstances: []
      rds:DescribeDBClusters: [{Engine: docdb, DBClusterParameterGroup: d}]
      rds:DescribeDBParameters: []
      rds:DescribeDBClusterParameters:
      - {_parent: {DBClusterParameterGroup: d}, ParameterName: tls, ParameterValue: disabled}
    Not applicable:
      rds:DescribeDBInstances: []
      rds:DescribeDBClusters: [{Engine: neptune, DBClusterParameterGroup: n}]
      rds:DescribeDBParameters: []
      rds:DescribeDBClusterParameters: []
    """
    for databases, parameters in ((of_their_own(instances), own), (clusters, shared)):
        values = {(_group(_parent(p)), p["ParameterName"]): p.get("ParameterValue", "") for p in parameters}
        for database in databases:
            yield _forced(database, values).about(database)


def _parent(parameter: Row) -> Row:
    if parameter.parent is None:
        raise NotAnswered("the database of a parameter")
    return parameter.parent


def _group(database: Row) -> str:
    """The parameter group of a database: of a cluster, or the first of an instance."""
    if "DBClusterParameterGroup" in database:
        return str(database["DBClusterParameterGroup"])
    return str(database["DBParameterGroups"][0]["DBParameterGroupName"])


def _forced(database: Row, values: Mapping[tuple[str, str], Any]) -> Observation:
    name = forcing(database)
    if not name:
        return not_applicable("No parameter of this engine decides on TLS.")
    value = str(values.get((_group(database), name), "") or "").lower()
    if value in _ON or value.startswith("tls1."):
        return met(f"{name} is on.")
    return unmet(f"{name} is off.")


@check(
    DATA,
    IAM,
    whole=(DB_INSTANCES, DB_CLUSTERS),
    counts=DATABASES,
    none=not_applicable("No database that can take IAM credentials exists here."),
)
def databases_take_iam_credentials(instances: Rows, clusters: Rows) -> Iterator[Observation]:
    """Every database that can know its users by IAM does so.

    A token of IAM lasts fifteen minutes; a database password lasts until somebody changes it.

    Remedy: Turn on IAM database authentication, and give applications rds-db:connect instead of passwords.

    Met:
      rds:DescribeDBInstances: [{Engine: postgres, IAMDatabaseAuthenticationEnabled: true}, {Engine: oracle-se2}]
      rds:DescribeDBClusters: [{Engine: neptune, IAMDatabaseAuthenticationEnabled: true}]
    Unmet:
      rds:DescribeDBInstances:
      - {Engine: mysql, IAMDatabaseAuthenticationEnabled: false}
      - {Engine: aurora-mysql, IAMDatabaseAuthenticationEnabled: false, DBClusterIdentifier: orders}
      rds:DescribeDBClusters: [{Engine: docdb}]
    Not applicable:
      rds:DescribeDBInstances:
      - {Engine: sqlserver-se, IAMDatabaseAuthenticationEnabled: false}
      - {Engine: aurora-mysql, IAMDatabaseAuthenticationEnabled: false, DBClusterIdentifier: orders}
      rds:DescribeDBClusters: []
    """
    for database in (*of_their_own(instances), *clusters):
        if not database["Engine"].startswith(_WITH_IAM):
            yield not_applicable("This engine does not know IAM.").about(database)
        elif database["IAMDatabaseAuthenticationEnabled"]:
            yield met("IAM authentication is on.").about(database)
        else:
            yield unmet("Passwords alone let users in.").about(database)


@check(
    IAM,
    whole=(DB_INSTANCES, DB_CLUSTERS),
    counts=DATABASES,
    none=NO_MAIN,
    severity="low",
    parameters=[COMMON_NAMES],
)
def database_administrators_have_uncommon_names(instances: Rows, clusters: Rows, given: Given) -> Iterator[Observation]:
    """No database administrator bears a name that an attacker tries first.

    With a known name, only the password is left to be guessed.

    Remedy: Create the next database with another administrator's name; that of a running one cannot be changed.

    Met:
      rds:DescribeDBInstances:
      - {MasterUsername: billing_owner}
      - {MasterUsername: admin, DBClusterIdentifier: orders}
      rds:DescribeDBClusters: [{MasterUsername: orders_owner}]
    Unmet:
      rds:DescribeDBInstances: [{MasterUsername: Postgres}]
      rds:DescribeDBClusters: []
    """
    common = {name.casefold() for name in given[COMMON_NAMES]}
    for database in (*standing_alone(tuple(instances)), *clusters):
        name = database["MasterUsername"]
        said = (
            unmet(f"The administrator is {quoted((name,))}.")
            if name.casefold() in common
            else met("The name is uncommon.")
        )
        yield said.about(database)


@check(SECRETS, whole=(DB_INSTANCES, DB_CLUSTERS), counts=DATABASES, none=NO_MAIN)
def administrator_passwords_are_kept_in_secrets_manager(instances: Rows, clusters: Rows) -> Iterator[Observation]:
    """The password of every database administrator is kept, and changed, by Secrets Manager.

    A password that a person chose is written down somewhere, and stays when that person leaves.

    Remedy: Let RDS manage the administrator's password in Secrets Manager.

    Met:
      rds:DescribeDBInstances:
      - {MasterUserSecret: {SecretArn: a, SecretStatus: active}}
      - {DBInstanceIdentifier: reader, DBClusterIdentifier: orders}
      rds:DescribeDBClusters: [{MasterUserSecret: {SecretArn: b, SecretStatus: rotating}}]
    Unmet:
      rds:DescribeDBInstances: [{DBInstanceIdentifier: ledger}]
      rds:DescribeDBClusters: []
    Unmet:
      rds:DescribeDBInstances: []
      rds:DescribeDBClusters: [{MasterUserSecret: {SecretArn: b, SecretStatus: impaired}}]
    """
    for database in (*standing_alone(tuple(instances)), *clusters):
        state = database.get("MasterUserSecret", {}).get("SecretStatus", "")
        if not state:
            yield unmet("Secrets Manager does not keep the password.").about(database)
        elif state == "impaired":
            yield unmet("Secrets Manager cannot reach or change the password.").about(database)
        else:
            yield met("Secrets Manager keeps the password.").about(database)


@check(DATA, each=DB_INSTANCES, none=NO_DATABASE, parameters=[CERTIFICATE_DAYS])
def database_certificates_are_renewed_in_time(instance: Row, given: Given) -> Observation:
    """The certificate of every database instance is renewed well before it ends.

    When it ends, clients that check it can no longer connect, and those that do not check it may talk to anybody.

    Remedy: Change to the current certificate authority of RDS, after clients have been given its root certificate.

    Met:   {CertificateDetails: {ValidTill: 2027-01-01T00:00:00+00:00}}
    Unmet: {CertificateDetails: {ValidTill: 2026-01-20T00:00:00+00:00}}
    """
    days = -given.days_since(instance["CertificateDetails"]["ValidTill"])
    note = until("The certificate", given.day(instance["CertificateDetails"]["ValidTill"]), days)
    return met(note) if days >= given[CERTIFICATE_DAYS] else unmet(note)
