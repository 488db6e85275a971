"""Domain 7, data: search domains of Amazon OpenSearch Service (and Elasticsearch before it), as checks."""

from __future__ import annotations

from srm_docs.checks.calls.opensearch import DOMAINS
from srm_docs.checks.data import DATA, LOGS, TRUSTED_ACCOUNTS
from srm_docs.checks.functions import MANAGED_PATCHING
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_judgement import open_to_everyone
from srm_docs.checks.resource_policies import who_is_let_in
from srm_docs.checks.row import Given, Row

IAM = "identity-access-management.iam-policies"
VPC = "networking.vpc-configuration"

NO_DOMAIN = not_applicable("No OpenSearch domain exists here.")

_SLOW = ("INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS")
_ENOUGH = 3
"""Nodes of a kind with which a domain can lose one and still agree."""


@check(DATA, each=DOMAINS, none=NO_DOMAIN, severity="high")
def search_domains_are_encrypted(domain: Row) -> Observation:
    """Every search domain is encrypted where it is stored.

    An index holds copies of the documents it was made from.

    Remedy: Turn on encryption at rest with a key of KMS.

    Met:   {EncryptionAtRestOptions: {Enabled: true}}
    Unmet: {EncryptionAtRestOptions: {Enabled: false}}
    """
    return met("It is encrypted.") if domain.at("EncryptionAtRestOptions.Enabled") else unmet("It is not encrypted.")


@check(DATA, each=DOMAINS, none=NO_DOMAIN)
def search_domains_encrypt_between_nodes(domain: Row) -> Observation:
    """Every search domain encrypts what its nodes send to each other.

    Whole indexes travel between nodes whenever one is replaced.

    Remedy: Turn on node-to-node encryption.

    Met:   {NodeToNodeEncryptionOptions: {Enabled: true}}
    Unmet: {NodeToNodeEncryptionOptions: {Enabled: false}}
    """
    if domain.at("NodeToNodeEncryptionOptions.Enabled"):
        return met("Traffic between nodes is encrypted.")
    return unmet("Traffic between nodes is not encrypted.")


@check(DATA, each=DOMAINS, none=NO_DOMAIN, severity="high")
def search_domains_require_modern_tls(domain: Row) -> Observation:
    """Every search domain answers over HTTPS only, with TLS 1.2 or later.

    Queries and documents are read on the way where plain HTTP or TLS 1.0 is answered.

    Remedy: Turn on EnforceHTTPS and choose a TLS policy from TLS 1.2 upwards.

    Met:   {DomainEndpointOptions: {EnforceHTTPS: true, TLSSecurityPolicy: Policy-Min-TLS-1-2-PFS-2023-10}}
    Unmet: {DomainEndpointOptions: {EnforceHTTPS: true, TLSSecurityPolicy: Policy-Min-TLS-1-0-2019-07}}
    Unmet: {DomainEndpointOptions: {EnforceHTTPS: false, TLSSecurityPolicy: Policy-Min-TLS-1-2-2019-07}}
    """
    if not domain.at("DomainEndpointOptions.EnforceHTTPS"):
        return unmet("Plain HTTP is answered.")
    policy = domain.at("DomainEndpointOptions.TLSSecurityPolicy")
    if policy.startswith("Policy-Min-TLS-1-0"):
        return unmet(f"TLS 1.0 is answered ({policy}).")
    return met(f"HTTPS only, with {policy}.")


@check(DATA, VPC, each=DOMAINS, none=NO_DOMAIN, severity="critical")
def search_domains_are_not_public(domain: Row) -> Observation:
    """No search domain outside a VPC has a policy that lets in everyone.

    Anybody on the internet could read, and delete, its indexes.

    Remedy: Move the domain into a VPC, or name principals or networks in its access policy.

    Met:   {VPCOptions: {VPCId: vpc-1}, AccessPolicies: '{"Statement": [{"Effect": "Allow", "Principal": "*"}]}'}
    Met:   {AccessPolicies: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}}]}'}
    Met:   {AccessPolicies: ""}
    Unmet: {AccessPolicies: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:*"}]}'}
    """
    if domain.get("VPCOptions", {}).get("VPCId"):
        return met("It stands in a VPC.")
    policy = domain["AccessPolicies"]
    if policy and open_to_everyone(read(policy)):
        return unmet("It stands outside a VPC, and its policy lets in everyone.")
    return met("It stands outside a VPC, and its policy names who may enter.")


@check(
    DATA,
    "identity-access-management.least-privilege",
    each=DOMAINS,
    none=NO_DOMAIN,
    severity="high",
    parameters=[TRUSTED_ACCOUNTS],
)
def search_domains_let_in_known_accounts(domain: Row, given: Given) -> Observation:
    """The policy of every search domain lets in this account and trusted accounts only.

    Inside a VPC too, whoever reaches the domain and is let in by its policy reads what it holds.

    Remedy: Name principals of known accounts in the access policy, or list the account under trusted_accounts.

    Met:   {AccessPolicies: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}}]}'}
    Unmet: {AccessPolicies: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "444455556666"}}]}'}
    Unmet: {AccessPolicies: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "es:*"}]}'}
    """
    return who_is_let_in(domain["AccessPolicies"], domain, given)


@check(IAM, DATA, each=DOMAINS, none=NO_DOMAIN)
def search_domains_control_access_to_each_index(domain: Row) -> Observation:
    """Every search domain tells its users apart, index by index (fine-grained access control).

    Without it, whoever may enter may read and delete every index.

    Remedy: Turn on fine-grained access control and give roles the indexes they need.

    Met:   {AdvancedSecurityOptions: {Enabled: true}}
    Unmet: {AdvancedSecurityOptions: {Enabled: false}}
    """
    if domain.at("AdvancedSecurityOptions.Enabled"):
        return met("Access is controlled index by index.")
    return unmet("Whoever may enter may use every index.")


@check(IAM, each=DOMAINS, none=NO_DOMAIN)
def search_domains_keep_no_users_of_their_own(domain: Row) -> Observation:
    """No search domain keeps users and passwords in a database of its own.

    Such users are in no directory: nobody removes them when people leave, and no second factor is asked of them.

    Remedy: Let users in by IAM, SAML or IAM Identity Center, and turn off the internal user database.

    Met:   {AdvancedSecurityOptions: {Enabled: true, InternalUserDatabaseEnabled: false}}
    Met:   {AdvancedSecurityOptions: {Enabled: false}}
    Unmet: {AdvancedSecurityOptions: {Enabled: true, InternalUserDatabaseEnabled: true}}
    """
    options = domain["AdvancedSecurityOptions"]
    if options["Enabled"] and options["InternalUserDatabaseEnabled"]:
        return unmet("The internal user database is on.")
    return met("There is no internal user database.")


@check(DATA, LOGS, each=DOMAINS, none=NO_DOMAIN)
def search_domains_keep_an_audit_log(domain: Row) -> Observation:
    """Every search domain keeps an audit log of who asked for what.

    Without it, who read a document cannot be told afterwards.

    Remedy: Turn on audit logs and send them to a log group.

    Met:   {LogPublishingOptions: {AUDIT_LOGS: {Enabled: true}}}
    Unmet: {LogPublishingOptions: {AUDIT_LOGS: {Enabled: false}}}
    Unmet: {}
    """
    if domain.get("LogPublishingOptions", {}).get("AUDIT_LOGS", {}).get("Enabled"):
        return met("The audit log is on.")
    return unmet("The audit log is off.")


@check(LOGS, each=DOMAINS, none=NO_DOMAIN, severity="low")
def search_domains_log_slow_requests(domain: Row) -> Observation:
    """Every search domain logs slow searches and slow indexing.

    A request that strains the domain, by mistake or on purpose, shows there.

    Remedy: Turn on both slow logs and send them to a log group.

    Met:   {LogPublishingOptions: {INDEX_SLOW_LOGS: {Enabled: true}, SEARCH_SLOW_LOGS: {Enabled: true}}}
    Unmet: {LogPublishingOptions: {INDEX_SLOW_LOGS: {Enabled: true}}}
    Unmet: {}
    """
    options = domain.get("LogPublishingOptions", {})
    missing = [kind for kind in _SLOW if not options.get(kind, {}).get("Enabled")]
    return unmet(f"Off: {', '.join(missing)}.") if missing else met("Both slow logs are on.")


@check(DATA, each=DOMAINS, none=NO_DOMAIN)
def search_domains_survive_the_loss_of_a_zone(domain: Row) -> Observation:
    """Every search domain has at least three data nodes, spread over availability zones.

    With fewer, the loss of a node or a zone takes the only copy of some indexes with it.

    Remedy: Turn on zone awareness and run three data nodes or more.

    Met:   {ClusterConfig: {InstanceCount: 3, ZoneAwarenessEnabled: true}}
    Unmet: {ClusterConfig: {InstanceCount: 3, ZoneAwarenessEnabled: false}}
    Unmet: {ClusterConfig: {InstanceCount: 2, ZoneAwarenessEnabled: true}}
    """
    config = domain["ClusterConfig"]
    if config["InstanceCount"] < _ENOUGH:
        return unmet(f"{config['InstanceCount']} data nodes.")
    if not config["ZoneAwarenessEnabled"]:
        return unmet("All data nodes stand in one zone.")
    return met(f"{config['InstanceCount']} data nodes over several zones.")


@check(DATA, each=DOMAINS, none=NO_DOMAIN, severity="low")
def search_domains_have_three_master_nodes(domain: Row) -> Observation:
    """Every search domain has at least three dedicated master nodes.

    Two cannot agree when they lose sight of each other, and data nodes under load cannot lead.

    Remedy: Turn on dedicated master nodes, three of them.

    Met:   {ClusterConfig: {DedicatedMasterEnabled: true, DedicatedMasterCount: 3}}
    Unmet: {ClusterConfig: {DedicatedMasterEnabled: true, DedicatedMasterCount: 2}}
    Unmet: {ClusterConfig: {DedicatedMasterEnabled: false}}
    """
    config = domain["ClusterConfig"]
    if not config["DedicatedMasterEnabled"]:
        return unmet("No dedicated master node.")
    note = f"{config['DedicatedMasterCount']} dedicated master nodes."
    return met(note) if config["DedicatedMasterCount"] >= _ENOUGH else unmet(note)


@check(MANAGED_PATCHING, each=DOMAINS, none=NO_DOMAIN)
def search_domains_run_current_software(domain: Row) -> Observation:
    """No search domain waits for an update of its service software.

    AWS makes the patch; the domain runs without it until it is applied.

    Remedy: Apply the update, or let the domain take updates in its off-peak window.

    Met:   {ServiceSoftwareOptions: {UpdateAvailable: false, CurrentVersion: R20260101}}
    Unmet: {ServiceSoftwareOptions: {UpdateAvailable: true, NewVersion: R20260201}}
    """
    software = domain["ServiceSoftwareOptions"]
    if software["UpdateAvailable"]:
        return unmet("An update of the service software waits.")
    return met("The service software is current.")
