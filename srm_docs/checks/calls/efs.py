"""What is asked of Amazon EFS: file systems, their backup, their policies and their access points, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

FILE_SYSTEMS = Call(
    service="efs",
    operation="DescribeFileSystems",
    noun="EFS file system",
    nouns="EFS file systems",
    rows="FileSystems",
    name="FileSystemId",
)

BACKUP = Call(
    service="efs",
    operation="DescribeBackupPolicy",
    noun="EFS file system's backup",
    nouns="EFS file systems' backup",
    per=FILE_SYSTEMS,
    bind={"FileSystemId": "FileSystemId"},
    absent=("PolicyNotFound",),
)

POLICIES = Call(
    service="efs",
    operation="DescribeFileSystemPolicy",
    noun="EFS file system's policy",
    nouns="EFS file systems' policies",
    per=FILE_SYSTEMS,
    bind={"FileSystemId": "FileSystemId"},
    absent=("PolicyNotFound",),
)

ACCESS_POINTS = Call(
    service="efs",
    operation="DescribeAccessPoints",
    noun="EFS access point",
    nouns="EFS access points",
    rows="AccessPoints",
    name="AccessPointId",
)
