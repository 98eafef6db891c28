"""Ways to the answers of proxies and control planes, one a file: each has `get(path)`, and nothing else."""
