"""What awkward files are made of: choices, numbers, times, columns, pages, wide tables, and the truth."""
