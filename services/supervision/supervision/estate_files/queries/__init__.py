"""The file of an estate and the list of files, for screens."""
