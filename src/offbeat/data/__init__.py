"""Read, write, clean and make series; find data sets."""
