"""Run many tasks with one call: serially or in processes."""
