"""What clusters of a fleet have in common, and where one is unlike the others."""
