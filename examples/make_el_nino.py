"""Make el_nino.csv: the sea-surface temperature off Peru and Ecuador, month by month, 1950 to 2010.

Run it as ``pip install statsmodels && python make_el_nino.py``. The data set is in the public domain.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from statsmodels.datasets import elnino

OUT = Path(__file__).with_name("el_nino.csv")


def monthly(years: pd.DataFrame) -> pd.DataFrame:
    """Turn a row a year with a column a month into a row a month, named by its first day."""
    long = years.melt(id_vars="YEAR", var_name="month", value_name="temperature")
    dates = pd.to_datetime(long["YEAR"].astype(int).astype(str) + long["month"], format="%Y%b")
    return long.assign(month=dates)[["month", "temperature"]].sort_values("month")


if __name__ == "__main__":
    monthly(elnino.load_pandas().data).to_csv(OUT, index=False, date_format="%Y-%m-%d", lineterminator="\n")
    print(f"wrote {OUT}")
