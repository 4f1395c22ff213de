"""offbeat finds what is off in a time series.

Examples
--------
>>> import offbeat as ob
>>> result = ob.detect([0.0, 1.0] * 200 + [9.0] + [0.0, 1.0] * 200)
>>> result.events["start"].tolist()
[400]
"""

import lazy_loader

__version__ = "0.1.0"

# the names stand in __init__.pyi; each is loaded when it is first used, so that `import offbeat` stays light
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
