"""Values of annotations as Consul's injector reads them."""

from collections.abc import Mapping

from meshctl.graph.fields import integer, numbered, text
from meshctl.graph.kinds.workload import Workload

TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
HIGHEST_PORT = 65535


def truth(value: str) -> bool | None:
    """True or false as the injector reads it; None where it can read neither."""
    return True if value in TRUE else False if value in FALSE else None


def port_value(workload: Workload, value: str) -> int | None:
    """The port that a number or the name of a port of a container stands for; None for anything else."""
    return named_ports(workload).get(value, number(value))


def named_ports(workload: Workload) -> Mapping[str, int]:
    """The named ports of its containers, the first of each name; those of init containers do not count."""
    found: dict[str, int] = {}
    for container in workload.containers:
        for _, port in numbered(container.fields.get("ports")) if not container.init else ():
            name, where = text(port.get("name")), integer(port.get("containerPort"))
            if name and where is not None:
                found.setdefault(name, where)
    return found


def number(value: str) -> int | None:
    """A whole number as Go reads it, also `0x1f90` and `0o17`; None for anything else."""
    try:
        return int(value, 10 if value.lstrip("+-").isdecimal() else 0)
    except ValueError:
        return None
