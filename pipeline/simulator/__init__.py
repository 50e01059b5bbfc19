"""Omnitron's twin: a real HTTP server that plays the target, and a scripted bad network in front of it.

Belongs here: the target's documented behaviour, its faults, and the truth about what was really created.
Does not belong here: anything of the other rooms. The twin must be able to disagree with them.
"""

from pipeline.simulator.addresses import address_hash
from pipeline.simulator.seed import Seed, default_seed, load_seed
from pipeline.simulator.server import Simulator, serve
from pipeline.simulator.settings import Settings
from pipeline.simulator.side_effects import SideEffects
from pipeline.simulator.truth import Cancelled, Changed, Exchange, Made, StoredOrder, Truth

__all__ = [
    "Cancelled",
    "Changed",
    "Exchange",
    "Made",
    "Seed",
    "Settings",
    "SideEffects",
    "Simulator",
    "StoredOrder",
    "Truth",
    "address_hash",
    "default_seed",
    "load_seed",
    "serve",
]
