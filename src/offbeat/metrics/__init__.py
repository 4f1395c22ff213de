"""Measures of how good scores and alarms are: one public function each."""
