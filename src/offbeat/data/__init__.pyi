from . import anomalies, clean, datasets, health, read, synth

__all__ = [
    "anomalies",
    "clean",
    "datasets",
    "health",
    "read",
    "synth",
]
