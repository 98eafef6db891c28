"""Checks of VirtualServices."""
