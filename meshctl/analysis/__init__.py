"""What a check is, who finds and runs it, and how its claims become findings."""
