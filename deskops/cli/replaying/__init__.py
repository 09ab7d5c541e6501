"""What `deskops replay` is made of: reading a log, sending it as an exchange would, comparing."""
