"""Clean runs of eight kinds: in how many something stands out, and how many events the default budget shows."""

from __future__ import annotations

import numpy as np
from _series import Options, normal

import offbeat as ob

REACH = "1 % of runs; 2 events at most"
KINDS = ("noise", "season", "trend", "AR .8", "AR .99", "t4", "rush hours", "random walk")
N = 2000


def measure(options: Options) -> str:
    """Return the share of runs with an event that stands out, and the mean number of events, kind by kind."""
    instances = options.some([(kind, seed) for kind in KINDS for seed in range(options.seed, options.seed + 12)])
    events: dict[str, list[tuple[bool, int]]] = {}
    for kind, seed in instances:
        found = ob.detect(normal(kind, N, np.random.default_rng([seed, KINDS.index(kind)]))).found
        events.setdefault(kind, []).append((any(event.stands_out for event in found), len(found)))
    loud, many = np.mean([one for runs in events.values() for one in runs], axis=0)
    each = ", ".join(
        f"{kind}: {np.mean(runs, axis=0)[0]:.0%}, {np.mean(runs, axis=0)[1]:.1f}" for kind, runs in events.items()
    )
    return f"{loud:.0%} of {len(instances)} runs; {many:.1f} events ({each})"
