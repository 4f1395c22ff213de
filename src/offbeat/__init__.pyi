from . import data, kernels, metrics, preprocess, report
from .bench import bench
from .bench.leaderboard import Leaderboard
from .bench.results import BenchResult
from .compare.compare import Comparison, compare
from .core import errors
from .core.detector import Detector
from .core.errors import OffbeatError
from .core.event import Event
from .core.params import param
from .core.registry import LISTS, about, catalogue, detector
from .core.scores import Band, ScoreResult
from .core.series import Panel, Series
from .core.spec import DetectorSpec
from .data.clean import Clean
from .data.read import read
from .detectors._wrap import wrap
from .monitor.files import is_monitor, load
from .monitor.learn import learn
from .monitor.monitor import Monitor
from .pipeline import detect
from .results.detection import Detection
from .results.detections import Detections
from .study.study import StudyResult, study
from .thresholds import threshold
from .trials.paramfile import load_params
from .trials.tuneresult import TuneResult
from .tune.tune import tune

__all__ = [
    "LISTS",
    "Band",
    "BenchResult",
    "Clean",
    "Comparison",
    "Detection",
    "Detections",
    "Detector",
    "DetectorSpec",
    "Event",
    "Leaderboard",
    "Monitor",
    "OffbeatError",
    "Panel",
    "ScoreResult",
    "Series",
    "StudyResult",
    "TuneResult",
    "about",
    "bench",
    "catalogue",
    "compare",
    "data",
    "detect",
    "detector",
    "errors",
    "is_monitor",
    "kernels",
    "learn",
    "load",
    "load_params",
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
