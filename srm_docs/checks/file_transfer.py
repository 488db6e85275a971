"""Domain 7, data: file transfer servers and file shares of storage gateways, as checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from srm_docs.checks.calls.transfer import NFS_SHARES, SERVERS, SMB_SHARES
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import Row

DATA = "data.data-classification-encryption"
LOGS = "monitoring-logging.enable-analyze-logs"
NO_SERVER = not_applicable("No file transfer server exists here.")

# It accepts SHA-1 in key exchange and message authentication.
_WEAK = frozenset({"TransferSecurityPolicy-2018-11"})


@check(DATA, each=SERVERS, none=NO_SERVER, severity="high")
def transfer_servers_encrypt(server: Row) -> Observation:
    """No file transfer server offers plain FTP.

    FTP carries files and passwords in clear.

    Remedy: Remove FTP from the server's protocols; use SFTP, FTPS or AS2.

    Met:   {Protocols: [SFTP, FTPS]}
    Unmet: {Protocols: [SFTP, FTP]}
    """
    if "FTP" in server["Protocols"]:
        return unmet("FTP is offered.")
    return met(f"Offered: {', '.join(server['Protocols'])}.")


@check(DATA, each=SERVERS, none=NO_SERVER)
def transfer_servers_refuse_weak_algorithms(server: Row) -> Observation:
    """Every file transfer server has a security policy without algorithms of known weakness.

    Remedy: Choose a current security policy for the server.

    Met:   {SecurityPolicyName: TransferSecurityPolicy-2024-01}
    Unmet: {SecurityPolicyName: TransferSecurityPolicy-2018-11}
    """
    policy = server["SecurityPolicyName"]
    return unmet(f"The policy {policy} accepts SHA-1.") if policy in _WEAK else met(f"The policy is {policy}.")


@check(LOGS, each=SERVERS, none=NO_SERVER)
def transfer_servers_are_logged(server: Row) -> Observation:
    """Every file transfer server logs who transfers what.

    Remedy: Name a log group for structured logs in the server's settings.

    Met:   {StructuredLogDestinations: ["arn:aws:logs:eu-west-1:111122223333:log-group:transfer:*"]}
    Met:   {LoggingRole: "arn:aws:iam::111122223333:role/transfer"}
    Unmet: {ServerId: s-1}
    """
    if server.get("StructuredLogDestinations") or server.get("LoggingRole"):
        return met("Transfers are logged.")
    return unmet("Transfers are not logged.")


@check(
    DATA,
    whole=(NFS_SHARES, SMB_SHARES),
    counts=("file share", "file shares"),
    none=not_applicable("No file share exists here."),
)
def file_shares_encrypt_with_a_key_of_our_own(nfs: Sequence[Row], smb: Sequence[Row]) -> Iterator[Observation]:
    """Every file share of a storage gateway encrypts what it stores with a KMS key.

    Remedy: Set KMS encryption with a key of your own for the file share.

    Met:
        storagegateway:DescribeNFSFileShares: [{KMSEncrypted: true}]
        storagegateway:DescribeSMBFileShares: [{KMSEncrypted: true}]
    Unmet:
        storagegateway:DescribeNFSFileShares: [{KMSEncrypted: false}]
        storagegateway:DescribeSMBFileShares: []
    Unmet:
        storagegateway:DescribeNFSFileShares: []
        storagegateway:DescribeSMBFileShares: [{KMSEncrypted: false}]
    """
    for share in (*nfs, *smb):
        said = met("A KMS key encrypts it.") if share["KMSEncrypted"] else unmet("No KMS key encrypts it.")
        yield said.about(share)
