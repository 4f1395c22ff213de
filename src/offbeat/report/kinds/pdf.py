"""A picture, as PDF."""

from offbeat.report.picture import plot as write

__all__ = ["write"]
