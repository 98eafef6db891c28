"""Tests of fleets: many clusters in one run."""
