from . import data, metrics, preprocess, report
from .bench import bench
from .compare.compare import Comparison, compare
from .core.detector import Band, Detector, ScoreResult
from .core.errors import OffbeatError
from .core.event import Event
from .core.modelfile import load
from .core.params import param
from .core.registry import catalogue, detector
from .core.series import Panel, Series
from .data.clean import Clean
from .data.read import read
from .detectors._wrap import wrap
from .pipeline import detect
from .results.detection import Detection
from .results.detections import Detections
from .study.study import StudyResult, study
from .thresholds import threshold
from .trials.tuneresult import TuneResult
from .tune.tune import tune

__all__ = [
    "Band",
    "Clean",
    "Comparison",
    "Detection",
    "Detections",
    "Detector",
    "Event",
    "OffbeatError",
    "Panel",
    "ScoreResult",
    "Series",
    "StudyResult",
    "TuneResult",
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
