"""The living demo: invented people come and call, invented staff serve them, all through the HTTP API."""
