"""Whether every proxy runs what its control plane sent: from both sides, to states and rows."""
