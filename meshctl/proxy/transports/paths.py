"""The paths that may be asked for. What is not here is never sent, whoever asks: some paths of Envoy change it."""

import re

_NAME = r"[A-Za-z0-9_.:|*~/%-]+"
_ALLOWED = re.compile(
    rf"""
      /config_dump(\?(include_eds|resource={_NAME}(&mask={_NAME})?|mask={_NAME}))?
    | /clusters\?format=json
    | /listeners\?format=json
    | /certs | /memory | /server_info | /ready | /init_dump
    | /stats(\?format=json(&histogram_buckets=(detailed|cumulative|disjoint))?(&usedonly)?(&filter={_NAME})?)?
    | /stats/prometheus | /metrics
    | /env\.json\?_pod_ns&_pod_name
    | /version
    | /debug/(syncz|adsz|configz|registryz|endpointz|endpointShardz|mesh)
    | /debug/(config_dump|edsz|ndsz)\?proxyID={_NAME}
    """,
    re.VERBOSE,
)


class NotAllowed(Exception):
    """A path that is not read only, or not known to be."""


def allowed(path: str) -> str:
    """The path itself. Raises NotAllowed."""
    if not _ALLOWED.fullmatch(path):
        raise NotAllowed(f"{path} is none of the paths that are read")
    return path
