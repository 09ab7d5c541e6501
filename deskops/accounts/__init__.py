"""Users, roles, sign-in, API tokens and who may do what."""
