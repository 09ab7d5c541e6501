"""People as rows of a table: what their cells mean, and what must hold between them."""
