"""From bytes to a series, in five steps: cells with a layout, typed columns, roles, rows, series."""
