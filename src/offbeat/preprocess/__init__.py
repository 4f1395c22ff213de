"""What is done to a series before a detector sees it: scaling, detrending, periods, windows, splits."""
