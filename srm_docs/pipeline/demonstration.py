"""The demo's made-up estate as a configuration, and the frame that its packet declares."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srm_docs.collect.access import Access
from srm_docs.config import Config
from srm_docs.evidence.entry import Header

if TYPE_CHECKING:
    from srm_docs.declare.audit import Audit


@contextlib.contextmanager
def serving(config: Config, progress: Any) -> Iterator[Config]:
    """A made-up estate on loopback, and the configuration that reads it. The environment is put back afterwards."""
    from srm_docs import demo

    demo.require()
    progress.say("Starting the demo estate on this machine")
    with demo.serve() as estate:
        before = dict(os.environ)
        for name in [n for n in os.environ if n.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(estate.env)
        try:
            accounts = tuple(
                Access(account=a, name=estate.account_names[a], role_arn=estate.role_arn(a) or "")
                for a in estate.accounts
            )
            # the estate refuses on purpose: trying again would only wait
            config = replace(config, accounts=accounts, regions=estate.regions, attempts=1)
            if config.organization is not None:
                organization = replace(config.organization, role_name=estate.role_name)
                config = replace(config, accounts=(Access(),), organization=organization)
            yield config
        finally:
            os.environ.clear()
            os.environ.update(before)


def demo_audit(config: Config, header: Header) -> Audit:
    """The demo's declared frame: twelve whole months before the reading, unless a configuration says otherwise."""
    from srm_docs import demo
    from srm_docs.declare.audit import AuditType, Category

    end = header.began.date().replace(day=1) - dt.timedelta(days=1)
    start = (end.replace(day=1) - dt.timedelta(days=330)).replace(day=1)
    return replace(
        config.audit,
        organization=demo.ORGANIZATION,
        system=f"{demo.SYSTEM} on AWS",
        type=AuditType.TYPE_2,
        period_start=start,
        period_end=end,
        categories=(Category.SECURITY, Category.AVAILABILITY, Category.CONFIDENTIALITY),
        version="0.1 draft for walkthrough",
        prepared_by="Head of Compliance (fictional)",
        demo=True,
    )
