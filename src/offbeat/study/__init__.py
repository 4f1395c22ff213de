"""Studies from a file: data, detectors, factors and seeds."""
