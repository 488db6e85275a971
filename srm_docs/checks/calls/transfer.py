"""What is asked of AWS Transfer Family and Storage Gateway: ways in and out for files, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

SERVER_NAMES = Call(
    service="transfer",
    operation="ListServers",
    noun="file transfer server's name",
    nouns="file transfer servers' names",
    rows="Servers",
    name="ServerId",
)

SERVERS = Call(
    service="transfer",
    operation="DescribeServer",
    noun="file transfer server",
    nouns="file transfer servers",
    rows="Server",
    name="ServerId",
    per=SERVER_NAMES,
    bind={"ServerId": "ServerId"},
)

FILE_SHARES = Call(
    service="storagegateway",
    operation="ListFileShares",
    noun="file share's name",
    nouns="file shares' names",
    rows="FileShareInfoList",
    name="FileShareId",
)


def _shares(kind: str) -> Call:
    return Call(
        service="storagegateway",
        operation=f"Describe{kind}FileShares",
        noun=f"{kind} file share",
        nouns=f"{kind} file shares",
        rows=f"{kind}FileShareInfoList",
        name="FileShareId",
        per=FILE_SHARES,
        bind={"FileShareARNList": "FileShareARN && [FileShareARN]"},
        when=lambda share: share.get("FileShareType") == kind,
    )


NFS_SHARES = _shares("NFS")
SMB_SHARES = _shares("SMB")
