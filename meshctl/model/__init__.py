"""The words everything else speaks: resources, places, findings, results."""
