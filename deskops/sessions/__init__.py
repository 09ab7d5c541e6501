"""Officials' announced hours, meetings face to face, and what came of them."""
