"""A picture, as SVG."""

from offbeat.report.picture import plot as write

__all__ = ["write"]
