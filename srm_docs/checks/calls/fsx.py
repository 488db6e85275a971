"""What is asked of Amazon FSx: the file systems of all four kinds, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

FILE_SYSTEMS = Call(
    service="fsx",
    operation="DescribeFileSystems",
    noun="FSx file system",
    nouns="FSx file systems",
    rows="FileSystems",
    name="FileSystemId",
    redact=(
        "FileSystems[].OntapConfiguration.FsxAdminPassword",
        "FileSystems[].AdministrativeActions[].TargetFileSystemValues.OntapConfiguration.FsxAdminPassword",
    ),
)
