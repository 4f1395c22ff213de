"""Preprocessing: scaling, detrending, periods, augmentation, splits."""
