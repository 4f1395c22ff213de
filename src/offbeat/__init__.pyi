from . import data, metrics, preprocess, report
from .bench import bench
from .core.detector import Band, Detector, Judged
from .core.errors import OffbeatError
from .core.events import Event
from .core.modelfile import load
from .core.params import param
from .core.registry import catalogue, detector
from .core.series import Panel, Series
from .data.clean import Clean
from .data.read import read
from .detectors._wrap import wrap
from .pipeline import Detection, Detections, detect
from .select.compare import Comparison, compare
from .select.study import Studied, study
from .select.tune import tune
from .select.tuned import Tuned
from .thresholds import threshold

__all__ = [
    "Band",
    "Clean",
    "Comparison",
    "Detection",
    "Detections",
    "Detector",
    "Event",
    "Judged",
    "OffbeatError",
    "Panel",
    "Series",
    "Studied",
    "Tuned",
    "bench",
    "catalogue",
    "compare",
    "data",
    "detect",
    "detector",
    "load",
    "metrics",
    "param",
    "preprocess",
    "read",
    "report",
    "study",
    "threshold",
    "tune",
    "wrap",
]
__version__: str
