"""Detectors that compare a stretch of the series with other stretches."""
