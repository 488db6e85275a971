"""A demo AWS account on loopback: moto, a deterministic estate and what moto lacks. Needs the `demo` extra.

`with demo.serve() as d:` starts it; `demo.PLANTED` are the fake secrets that no output may show. Importing this
loads no moto.
"""

from srm_docs.demo.company import ACCOUNTS, NAMES, ORGANIZATION, REGIONS, SYSTEM
from srm_docs.demo.planned import PlannedRefusal
from srm_docs.demo.planted import PLANTED
from srm_docs.demo.server import Demo, require, serve

__all__ = [
    "ACCOUNTS",
    "NAMES",
    "ORGANIZATION",
    "PLANTED",
    "REGIONS",
    "SYSTEM",
    "Demo",
    "PlannedRefusal",
    "require",
    "serve",
]
