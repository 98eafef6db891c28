"""Columns that several tables have: a resource, amounts with their units, counts."""

from collections.abc import Callable

from meshctl.model.amounts import cpu_text, memory_text
from meshctl.reports.table import Column, Row


def identity(resource: Row) -> str:
    """`Deployment shop/web`, as findings name a resource; with its cluster where there is one."""
    namespace, cluster = resource.get("namespace"), resource.get("cluster")
    name = f"{namespace}/{resource['name']}" if namespace else resource["name"]
    return f"{resource['kind']} {name}" + (f" in {cluster}" if cluster else "")


def of_resource(row: Row) -> str:
    """The resource that the row is about."""
    return identity(row["resource"])


def amount(unit: Callable[[int], str], value: int | None) -> str:
    """A dash for what is not known."""
    return "-" if value is None else unit(value)


def cpu(name: str = "cpuRequest", heading: str = "CPU") -> Column:
    """Millicores."""
    return Column(heading, lambda row: amount(cpu_text, row.get(name)), number=True)


def memory(name: str = "memoryRequest", heading: str = "MEMORY") -> Column:
    """Bytes."""
    return Column(heading, lambda row: amount(memory_text, row.get(name)), number=True)


def count(heading: str, name: str) -> Column:
    """A number of things."""
    return Column(heading, lambda row: "-" if row.get(name) is None else f"{row[name]:,}", number=True)


def some(heading: str, name: str) -> Column:
    """A count that is shown only where it is not zero."""
    return Column(heading, lambda row: f"{row[name]:,}" if row.get(name) else "", number=True)
