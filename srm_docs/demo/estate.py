"""Nothing -> a seeded moto application and the notebook of its ids: `raise_estate`, for the child process only."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from srm_docs.demo import (
    analysis,
    application,
    assurance,
    compute,
    counted,
    data,
    delivery,
    governance,
    identity,
    monitoring,
    network,
    organization,
    perimeter,
    quicken,
    stores,
    workflows,
)
from srm_docs.demo.asked import LOADER
from srm_docs.demo.clock import Clock
from srm_docs.demo.extension import Application, Extension
from srm_docs.demo.hands import Hands
from srm_docs.demo.planned import PlannedRefusal
from srm_docs.demo.rules import Rules

SEED = 20261102
CHAPTERS = (
    identity,
    network,
    compute,
    data,
    application,
    monitoring,
    governance,
    workflows,
    assurance,
    perimeter,
    delivery,
    analysis,
    stores,
    organization,
    counted,
)
"""In the order of need: later chapters name what earlier ones made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """What was raised. `credentials` are by account; `seconds` is processor time, imports not counted."""

    application: Application
    credentials: Mapping[str, Mapping[str, str]]
    refusals: tuple[PlannedRefusal, ...]
    ids: Mapping[str, str]
    seconds: float
    chapters: Mapping[str, float]


def raise_estate(clock: Clock | None = None) -> Estate:
    """Seed moto in this process. The same seed and the same day give the same ids and dates."""
    begun = time.process_time()
    quicken.share_loader(LOADER)
    quicken.share_key_material()
    from moto.iam.models import get_account_id_from
    from moto.moto_api._internal import mock_random
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    clock = clock or Clock()
    mock_random.seed(SEED)
    moto = DomainDispatcherApplication(create_backend_app)
    quicken.remember_backends(moto)
    rules, took = Rules(), {}
    with clock.ruling():
        hands = Hands(moto, clock, rules)
        for chapter in CHAPTERS:
            mark = time.perf_counter()
            chapter.seed(hands)
            took[chapter.__name__.rpartition(".")[2]] = round(time.perf_counter() - mark, 2)
    return Estate(
        application=Extension(moto, rules, get_account_id_from),
        credentials=hands.credentials,
        refusals=tuple(rules.planned),
        ids=hands.ids,
        seconds=time.process_time() - begun,
        chapters=took,
    )
