"""Outlier detectors for vectors, on points or on windows."""
