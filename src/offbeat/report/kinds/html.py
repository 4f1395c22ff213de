"""One page with zoomable charts that needs no network."""

from offbeat.report.webpage import page as write

__all__ = ["write"]
