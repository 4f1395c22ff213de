"""Models that others have trained, given as a folder of weights; nothing is downloaded."""
