"""Pictures, pages and tables of series, scores and events, and how numbers and times are written in them."""

from __future__ import annotations

from offbeat.core.output import check
from offbeat.core.wording import duration, moment, number
from offbeat.report.kinds import endings
from offbeat.report.picture import PICTURES, overview, plot
from offbeat.report.table_page import Section, shown, table_page
from offbeat.report.tables import TABLES, write_table
from offbeat.report.view import View
from offbeat.report.webpage import page

__all__ = [
    "PICTURES",
    "TABLES",
    "Section",
    "View",
    "check",
    "duration",
    "endings",
    "moment",
    "number",
    "overview",
    "page",
    "plot",
    "shown",
    "table_page",
    "write_table",
]
