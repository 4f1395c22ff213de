from . import anomalies, clean, datasets, header, health, read, synth

__all__ = [
    "anomalies",
    "clean",
    "datasets",
    "header",
    "health",
    "read",
    "synth",
]
