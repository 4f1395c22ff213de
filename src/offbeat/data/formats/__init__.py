"""The formats of files that are read, one file each; `offbeat.data.reading.tables.Format` is what each of them is."""
