"""Names by which files that offbeat writes are known again; `offbeat.data.reading.outputs` does it."""

from __future__ import annotations

MARK = "offbeat"
"""The first key of JSON, or its beginning, and the generator of a page."""

TRIAL_COLUMNS = ("series", "detector", "fold", "seed", "train_points", "test_points")
"""The columns of a table of runs that say which run it was, in this order."""

JOURNAL_KEYS = ("key", "failed", "arrays", "row", "power")
"""The keys of a line of a journal of trials, in this order."""

HISTORY_COLUMNS = ("trial", "state", "value", "seconds")
"""The columns of a table of a search's trials before their parameters, in this order."""
