"""Rules about Sidecars."""
