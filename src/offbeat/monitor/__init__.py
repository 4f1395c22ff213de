"""What is learned once and kept: a detector, its threshold, and all that later data are compared with."""
