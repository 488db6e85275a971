"""What is asked of Amazon WorkSpaces and AppStream: desktops that AWS runs for people, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

WORKSPACES = Call(
    service="workspaces",
    operation="DescribeWorkspaces",
    noun="virtual desktop",
    nouns="virtual desktops",
    rows="Workspaces",
    name="WorkspaceId",
)

# Whoever knows the registration code is asked for nothing but a name and a password.
WORKSPACE_DIRECTORIES = Call(
    service="workspaces",
    operation="DescribeWorkspaceDirectories",
    noun="directory of virtual desktops",
    nouns="directories of virtual desktops",
    rows="Directories",
    name="DirectoryId",
    redact=("Directories[].RegistrationCode",),
)

STREAMING_FLEETS = Call(
    service="appstream",
    operation="DescribeFleets",
    noun="AppStream fleet",
    nouns="AppStream fleets",
    rows="Fleets",
    name="Name",
)
