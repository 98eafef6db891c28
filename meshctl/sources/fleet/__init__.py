"""Which clusters a fleet has."""
