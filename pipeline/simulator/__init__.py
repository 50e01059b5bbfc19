"""Omnitron's twin: a real HTTP server that plays the target, and a scripted bad network in front of it.

Belongs here: the target's documented behaviour, its faults, and the truth about what was really created.
Does not belong here: anything of the other rooms. The twin must be able to disagree with them.
"""

from pipeline.simulator.seed import Seed, default_seed, load_seed
from pipeline.simulator.server import Simulator, serve
from pipeline.simulator.settings import Settings
from pipeline.simulator.truth import Exchange, StoredOrder, Truth

__all__ = [
    "Exchange",
    "Seed",
    "Settings",
    "Simulator",
    "StoredOrder",
    "Truth",
    "default_seed",
    "load_seed",
    "serve",
]
