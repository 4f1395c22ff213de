"""Many tasks, one call: serial or in processes."""
