"""Kinds that many clusters do not have, or do not show: doing without one is no incomplete reading."""

from meshctl.model.ids import KindKey

POD_METRICS = KindKey("metrics.k8s.io", "PodMetrics")

OPTIONAL = frozenset({POD_METRICS})
