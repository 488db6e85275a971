"""Domain 7, data: file systems of Amazon EFS and Amazon FSx, as checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from srm_docs.checks.calls.efs import ACCESS_POINTS, BACKUP, FILE_SYSTEMS, POLICIES
from srm_docs.checks.calls.fsx import FILE_SYSTEMS as FILE_SERVERS
from srm_docs.checks.data import DATA, LOGS
from srm_docs.checks.data_stores import BACKUP_DAYS
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.policy_document import Statement, read
from srm_docs.checks.policy_judgement import open_to_everyone
from srm_docs.checks.resource_policies import refuses_without_tls
from srm_docs.checks.row import Given, NotAnswered, Row

LEAST_PRIVILEGE = "identity-access-management.least-privilege"

NO_FILE_SYSTEM = not_applicable("No EFS file system exists here.")
NO_ACCESS_POINT = not_applicable("No EFS access point exists here.")
NO_SERVER = not_applicable("No FSx file system exists here.")


@check(DATA, each=FILE_SYSTEMS, none=NO_FILE_SYSTEM, severity="high")
def file_systems_are_encrypted(system: Row) -> Observation:
    """Every EFS file system is encrypted where it is stored.

    Encryption cannot be added later: an unencrypted file system stays so until it is replaced.

    Remedy: Create an encrypted file system and copy the files to it.

    Met:   {Encrypted: true}
    Unmet: {Encrypted: false}
    """
    return met("It is encrypted.") if system["Encrypted"] else unmet("It is not encrypted.")


@check(DATA, each=BACKUP, none=NO_FILE_SYSTEM)
def file_systems_are_backed_up(backup: Row) -> Observation:
    """Every EFS file system is backed up automatically.

    A deleted or encrypted file is otherwise lost: EFS keeps no earlier versions.

    Remedy: Turn on automatic backups of the file system.

    Met:   {BackupPolicy: {Status: ENABLED}}
    Unmet: {BackupPolicy: {Status: DISABLED}}
    Unmet: absent
    """
    if backup.absent:
        return unmet("There is no backup policy.")
    status = backup.at("BackupPolicy.Status")
    return met("Automatic backups are on.") if status in {"ENABLED", "ENABLING"} else unmet("They are off.")


@check(DATA, each=FILE_SYSTEMS, none=NO_FILE_SYSTEM)
def file_systems_stand_in_two_zones(system: Row) -> Observation:
    """Every EFS file system is stored and mounted in more than one availability zone.

    With one zone, or one mount target, a fault in a data centre takes the files away.

    Remedy: Replace a One Zone file system by a regional one, and add a mount target in a second zone.

    Met:   {NumberOfMountTargets: 2}
    Unmet: {NumberOfMountTargets: 1, AvailabilityZoneName: eu-west-1a}
    Unmet: {NumberOfMountTargets: 2, AvailabilityZoneName: eu-west-1a}
    Unmet: {NumberOfMountTargets: 1}
    """
    zone = system.get("AvailabilityZoneName")
    if zone:
        return unmet(f"It is stored in {zone} only.")
    targets = system["NumberOfMountTargets"]
    return met(f"{targets} mount targets.") if targets > 1 else unmet(f"{targets} mount target.")


@check(DATA, LEAST_PRIVILEGE, each=POLICIES, none=NO_FILE_SYSTEM, severity="high")
def file_systems_do_not_let_in_everyone(system: Row) -> Observation:
    """Every EFS file system has a policy, and none lets in everyone.

    Without a policy, every client that reaches a mount target may read and write all files, whoever it is.

    Remedy: Give the file system a policy that names the roles of its clients.

    Met:
      Policy: {Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::111122223333:role/web"}, Action: "*"}]}
    Unmet:
      Policy: {Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "elasticfilesystem:ClientMount"}]}
    Unmet: absent
    """
    if system.absent:
        return unmet("There is no policy: whoever reaches a mount target is let in.")
    opened: tuple[Statement, ...] = open_to_everyone(read(system["Policy"]))
    if opened:
        return unmet(f"Open to everyone: {', '.join(s.label for s in opened)}.")
    return met("The policy names who is let in.")


@check(DATA, each=POLICIES, none=NO_FILE_SYSTEM)
def file_systems_refuse_plain_connections(system: Row) -> Observation:
    """Every EFS file system refuses clients that do not encrypt.

    NFS sends files in the clear unless the client chooses TLS, or the policy makes it.

    Remedy: Deny everyone where aws:SecureTransport is false, and mount with TLS.

    Met:
      Policy:
        Statement:
        - {Effect: Deny, Principal: {AWS: "*"}, Action: "*", Condition: {Bool: {"aws:SecureTransport": "false"}}}
    Unmet:
      Policy: {Statement: [{Effect: Allow, Principal: {AWS: "111122223333"}, Action: "*"}]}
    Unmet: absent
    """
    policy = "" if system.absent else system["Policy"]
    if refuses_without_tls(policy, "elasticfilesystem:ClientMount"):
        return met("The policy denies unencrypted connections.")
    return unmet("No policy denies every unencrypted connection.")


@check(DATA, LEAST_PRIVILEGE, each=ACCESS_POINTS, none=NO_ACCESS_POINT)
def access_points_keep_clients_apart(point: Row) -> Observation:
    """Every EFS access point has a folder and a user of its own.

    Without them a client chooses its user id itself and sees the files of all others.

    Remedy: Create the access point anew with a POSIX user and a root directory below "/".

    Met:   {PosixUser: {Uid: 1001, Gid: 1001}, RootDirectory: {Path: /billing}}
    Unmet: {PosixUser: {Uid: 1001, Gid: 1001}, RootDirectory: {Path: /}}
    Unmet: {RootDirectory: {Path: /billing}}
    """
    if "PosixUser" not in point:
        return unmet("Clients choose their user themselves.")
    path = point.at("RootDirectory.Path")
    return unmet("Clients see the whole file system.") if path == "/" else met(f"Clients see {path} as a fixed user.")


def settings(server: Row) -> Mapping[str, Any]:
    """What an FSx file system is set to, under the name of its kind."""
    kinds = ("WindowsConfiguration", "LustreConfiguration", "OntapConfiguration", "OpenZFSConfiguration")
    for kind in kinds:
        if kind in server:
            found: Mapping[str, Any] = server[kind]
            return found
    raise NotAnswered("the file system's configuration")


@check(DATA, each=FILE_SERVERS, none=NO_SERVER, severity="high", parameters=[BACKUP_DAYS])
def file_servers_are_backed_up(server: Row, given: Given) -> Observation:
    """Every FSx file system keeps automatic backups for the agreed number of days.

    They are what the files are restored from after a fault or ransomware.

    Remedy: Raise the retention of automatic backups.

    Met:   {WindowsConfiguration: {AutomaticBackupRetentionDays: 30}}
    Met:   {OntapConfiguration: {AutomaticBackupRetentionDays: 7}}
    Unmet: {OpenZFSConfiguration: {AutomaticBackupRetentionDays: 0}}
    Not applicable: {LustreConfiguration: {DeploymentType: SCRATCH_2}}
    """
    about = settings(server)
    if about.get("DeploymentType", "").startswith("SCRATCH"):
        return not_applicable("A scratch file system is for data that may be lost.")
    days = about["AutomaticBackupRetentionDays"]
    note = f"Automatic backups are kept for {days} days."
    return met(note) if days >= given[BACKUP_DAYS] else unmet(note)


@check(
    DATA,
    each=FILE_SERVERS,
    none=not_applicable("No FSx file system that can stand in two zones exists here."),
)
def file_servers_stand_in_two_zones(server: Row) -> Observation:
    """Every FSx file system that can do so stands in two availability zones.

    With one zone, a fault in its data centre takes the files away.

    Remedy: Create a Multi-AZ file system and copy the files to it; the kind of deployment cannot be changed.

    Met:   {FileSystemType: WINDOWS, WindowsConfiguration: {DeploymentType: MULTI_AZ_1}}
    Unmet: {FileSystemType: OPENZFS, OpenZFSConfiguration: {DeploymentType: SINGLE_AZ_2}}
    Not applicable: {FileSystemType: LUSTRE, LustreConfiguration: {DeploymentType: PERSISTENT_2}}
    """
    if server["FileSystemType"] == "LUSTRE":
        return not_applicable("Lustre stands in one zone by design.")
    kind = settings(server)["DeploymentType"]
    return met(f"Deployed as {kind}.") if kind.startswith("MULTI_AZ") else unmet(f"Deployed as {kind}.")


@check(DATA, each=FILE_SERVERS, none=NO_SERVER, severity="low")
def file_servers_hand_down_their_tags(server: Row) -> Observation:
    """Every FSx file system hands its tags down to its backups and volumes.

    Without the tags, nobody can tell their classification or owner, and rights by tag do not hold for them.

    Remedy: Turn on CopyTagsToBackups, and for OpenZFS CopyTagsToVolumes.

    Met:   {WindowsConfiguration: {CopyTagsToBackups: true}}
    Unmet: {OpenZFSConfiguration: {CopyTagsToBackups: true, CopyTagsToVolumes: false}}
    Unmet: {LustreConfiguration: {CopyTagsToBackups: false}}
    Not applicable: {OntapConfiguration: {DeploymentType: MULTI_AZ_1}}
    """
    about = settings(server)
    told = {name: about[name] for name in ("CopyTagsToBackups", "CopyTagsToVolumes") if name in about}
    if not told:
        return not_applicable("ONTAP sets this for each volume.")
    off = [name for name, on in told.items() if not on]
    return unmet(f"Off: {', '.join(off)}.") if off else met("Tags are handed down.")


@check(DATA, LOGS, each=FILE_SERVERS, none=not_applicable("No FSx file system for Windows exists here."))
def file_servers_log_access(server: Row) -> Observation:
    """Every FSx file system for Windows logs who opens its files, in success and failure.

    Without it, who read or deleted a file cannot be told afterwards.

    Remedy: Turn on file access auditing for success and failure.

    Met:
      FileSystemType: WINDOWS
      WindowsConfiguration: {AuditLogConfiguration: {FileAccessAuditLogLevel: SUCCESS_AND_FAILURE}}
    Unmet: {FileSystemType: WINDOWS, WindowsConfiguration: {AuditLogConfiguration: {FileAccessAuditLogLevel: DISABLED}}}
    Not applicable: {FileSystemType: ONTAP}
    """
    if server["FileSystemType"] != "WINDOWS":
        return not_applicable("Only Windows file systems are audited by a setting of AWS.")
    level = server["WindowsConfiguration"]["AuditLogConfiguration"]["FileAccessAuditLogLevel"]
    return met("Successes and failures are logged.") if level == "SUCCESS_AND_FAILURE" else unmet(f"Level {level}.")
