"""Compiled loops: arrays in, arrays out; no classes, no options. Each has a readable twin in `tests/naive`."""
