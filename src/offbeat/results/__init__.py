"""What a user gets back: detections with their frames, plots and pages."""
