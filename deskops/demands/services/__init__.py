"""Use cases of demands and of the queue, one file each."""
