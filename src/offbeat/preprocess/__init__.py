"""Preprocessing: scaling, detrending, periods, augmentation, splits."""

import lazy_loader

# the modules stand in __init__.pyi; each is loaded when it is first used, so that `import offbeat` stays light
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
