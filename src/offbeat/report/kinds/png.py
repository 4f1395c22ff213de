"""A picture, as PNG."""

from offbeat.report.picture import plot as write

__all__ = ["write"]
