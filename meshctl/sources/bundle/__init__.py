"""What was collected from clusters and carried away: bundles, bug reports, must-gathers."""
