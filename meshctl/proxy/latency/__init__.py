"""How long requests take: what proxies counted, as percentiles that say how far they can be trusted."""
