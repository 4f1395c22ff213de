"""Detectors that compare a point with its distribution."""
