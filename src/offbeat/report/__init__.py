"""Pictures and pages of series, scores, events and tables."""

from __future__ import annotations

from offbeat.report.picture import overview, plot
from offbeat.report.table_page import Section, table_page
from offbeat.report.view import View
from offbeat.report.webpage import page

__all__ = ["Section", "View", "overview", "page", "plot", "table_page"]
