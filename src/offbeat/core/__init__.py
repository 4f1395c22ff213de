"""The nouns that everything else is made of: series, detectors, parameters, events, errors."""
