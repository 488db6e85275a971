"""Moto as installed -> the same answers for a third of the time: three slow spots, each with what it costs."""

from __future__ import annotations

from functools import cache
from typing import Any


def share_loader(loader: Any) -> None:
    """Give every session of botocore, moto's too, this loader: each would read the models again (2 s in all)."""
    import botocore.session
    import moto.core.utils

    botocore.session.create_loader = lambda _search_path=None: loader
    moto.core.utils.create_loader = lambda: loader  # type: ignore[attr-defined]


def remember_backends(dispatcher: Any) -> None:
    """Find a host's backend once: moto lists its own folder for each request (1 ms)."""
    dispatcher.get_backend_for_host = cache(dispatcher.get_backend_for_host)


def share_key_material() -> None:
    """Let all KMS keys have one secret: it is never shown, and an RSA key costs 50 ms."""
    import moto.kms.models as kms

    kms.generate_private_key = cache(kms.generate_private_key)  # type: ignore[attr-defined]
