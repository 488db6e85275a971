"""Read the earlier packet that a build is compared with: a path in, its conclusions and the digest of its manifest out.

Only what its manifest vouches for is used. Whether its conclusions follow from its evidence is for `verify` to say.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

from srm_docs.config import Config
from srm_docs.declare.audit import Audit
from srm_docs.errors import UsageError, VerificationFailed
from srm_docs.evidence.entry import Header
from srm_docs.packet.since import Earlier
from srm_docs.seal import manifest
from srm_docs.seal.packet_folder import PACKET_NAME, SIGNED_NAME
from srm_docs.verify import bounds
from srm_docs.verify.open import opened

_FINDINGS, _INPUTS = "findings.json", "inputs.json"
_HINT: Final = "Name a packet's folder or zip that `srm-docs verify` accepts, or leave --since away."


def can_compare(config: Config, since: str) -> None:
    """Raise before anything is collected where the named packet cannot be read."""
    _read(_place(config, since))


def read_earlier(config: Config, since: str, audit: Audit, header: Header) -> Earlier:
    """The packet that `since` names: a path, or a packet's name in the output folder.

    UsageError where it is none, of another organization, of the demo, or later than what is built; VerificationFailed
    where a file is not what its manifest says.
    """
    earlier, inputs = _read(_place(config, since))
    theirs = dict(inputs["audit"])
    if theirs.get("organization") != audit.organization or theirs.get("demo") != audit.demo:
        raise UsageError(
            f"The packet {earlier.packet} is of another organization ({theirs.get('organization') or 'not named'}).",
            hint=_HINT,
        )
    signed = SIGNED_NAME.fullmatch(earlier.packet)
    when = PACKET_NAME.fullmatch(signed["built"] if signed else earlier.packet)
    if when is None or when[1] > header.id[: len(when[1])]:
        raise UsageError(f"The packet {earlier.packet} is not earlier than the snapshot {header.id}.", hint=_HINT)
    return earlier


def _place(config: Config, since: str) -> Path:
    named = config.output / "packets" / since
    ours = PACKET_NAME.fullmatch(since) or SIGNED_NAME.fullmatch(since)
    return named if ours and named.exists() else Path(since)


def _read(path: Path) -> tuple[Earlier, dict[str, Any]]:
    with opened(path, bounds.DEFAULT) as packet:
        try:
            body = packet.read(manifest.MANIFEST)
            closing = manifest.decode(body)
            listed = {file.path: file.sha256 for file in closing.files}
            findings, inputs = (_file(packet.read(name), name, listed) for name in (_FINDINGS, _INPUTS))
            earlier = Earlier.of(
                findings,
                packet=closing.packet,
                manifest=manifest.manifest_digest(body),
                check_set=str(inputs.get("check_set", "")),
                catalog_digest=str(inputs.get("catalog_digest", "")),
            )
            dict(inputs["audit"])
        except (KeyError, TypeError, ValueError) as fault:
            raise UsageError(f"The packet at {path} cannot be compared with: {fault}.", hint=_HINT) from fault
    return earlier, inputs


def _file(body: bytes, name: str, listed: dict[str, str]) -> dict[str, Any]:
    if listed.get(name) != hashlib.sha256(body).hexdigest():
        raise VerificationFailed(f"{name} of the earlier packet is not what its manifest says.", hint=_HINT)
    data = manifest.strict_json(body)
    if not isinstance(data, dict):
        raise ValueError(f"{name} is not a table")  # noqa: TRY004 - one kind of fault
    return data
