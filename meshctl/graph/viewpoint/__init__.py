"""What the proxies of one workload are told: hosts, Sidecars, VirtualServices, DestinationRules, Gateways."""
