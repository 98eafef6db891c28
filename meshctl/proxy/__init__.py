"""The running proxies: how they are reached, what they say, and what that means."""
