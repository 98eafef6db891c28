"""The tables of `meshctl fleet`: the clusters, what is found in how many, versions, differences and sums by label."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from meshctl.model.deviation import Deviation, Unlike
from meshctl.model.finding import Finding
from meshctl.model.fleet import Examined, LatencySum, Source, Summary
from meshctl.model.ids import ResourceId
from meshctl.model.paths import dotted
from meshctl.model.severity import Severity

Row = dict[str, Any]
Every = Sequence[tuple[Source, Examined]]

_OVERHEAD = ("workloads", "pods", "cpuRequest", "memoryRequest", "cpuLimit", "memoryLimit", "cpuUsed", "memoryUsed")
_FOUND = ("errors", "warnings", "infos")
_CLUSTER = "cluster"


def tables(every: Every, findings: Sequence[Finding], deviations: Sequence[Deviation]) -> dict[str, list[Row]]:
    """The rows under their keys. `every` is in the order of the names of the sources."""
    clusters = _clusters(every, findings, deviations)
    examined = sum(row["state"] != "failed" for row in clusters)
    return {
        "fleet": clusters,
        "fleetFindings": _findings(findings, examined),
        "fleetDifferences": _differences(deviations),
        "fleetVersions": _versions([summary for _, each in every for summary in each.clusters]),
        "fleetTotals": _totals(clusters),
    }


def _clusters(every: Every, findings: Iterable[Finding], deviations: Iterable[Deviation]) -> list[Row]:
    """One a cluster, also of those that could not be read."""
    found: defaultdict[str, Counter[Severity]] = defaultdict(Counter)
    for finding in findings:
        found[finding.resource.cluster if finding.resource else ""][finding.severity] += 1
    unlike = Counter(deviation.resource.cluster for deviation in deviations)
    rows = []
    for source, examined in every:
        for summary in examined.clusters or (Summary(source.name, source.labels),):
            counts = found[summary.cluster]
            rows.append(
                {
                    "cluster": summary.cluster,
                    "source": source.shown,
                    "labels": dict(sorted(source.labels.items())),
                    "state": _state(examined),
                    "why": "; ".join(f"{each.what}: {each.why}" for each in examined.unread[:3]),
                    "resources": summary.resources,
                    "errors": counts[Severity.ERROR],
                    "warnings": counts[Severity.WARNING],
                    "infos": counts[Severity.INFO],
                    "unlike": unlike[summary.cluster],
                    "kubernetes": summary.kubernetes,
                    "controlPlanes": [{"revision": r, "version": v} for r, v in summary.control_planes],
                    "proxies": sum(summary.proxies.values()),
                    **{key: summary.overhead.get(key, 0 if key in _OVERHEAD[:2] else None) for key in _OVERHEAD},
                    **_latency(summary.latency),
                }
            )
    return rows


def _state(examined: Examined) -> str:
    if not examined.clusters:
        return "failed"
    return "partly" if examined.unread or examined.crashes else "done"


def _latency(sums: LatencySum | None) -> Row:
    if sums is None:
        return {"requests": None, "requestErrors": None, "p50": None, "p99": None, "added": None, "addedOf": None}
    return {
        "requests": sums.requests,
        "requestErrors": sums.errors,
        "p50": sums.p50,
        "p99": sums.p99,
        "added": sums.added,
        "addedOf": sums.measured,
    }


def _findings(findings: Iterable[Finding], clusters: int) -> list[Row]:
    """One a check, that in most clusters first; `most` is the resource and field with it in most of them."""
    names: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    places: defaultdict[tuple[str, str], defaultdict[tuple[ResourceId, str], set[str]]] = defaultdict(
        lambda: defaultdict(set)
    )
    counts: Counter[tuple[str, str]] = Counter()
    severities: dict[tuple[str, str], Severity] = {}
    for finding in findings:
        check = (finding.code, finding.name)
        cluster = finding.resource.cluster if finding.resource else ""
        counts[check] += 1
        names[check].add(cluster)
        severities.setdefault(check, finding.severity)
        if finding.resource:
            places[check][finding.resource._replace(cluster=""), finding.field].add(cluster)
    rows = []
    for check, number in counts.items():
        same = max(places[check].items(), key=lambda item: (len(item[1]), item[0]), default=None)
        rows.append(
            {
                "code": check[0],
                "name": check[1],
                "severity": severities[check].value,
                "findings": number,
                "clusters": len(names[check]),
                "of": clusters,
                "names": sorted(names[check]),
                "most": _identity(same[0][0]) if same else None,
                "mostPath": same[0][1] if same else "",
                "mostClusters": len(same[1]) if same else 0,
            }
        )
    return sorted(rows, key=lambda row: (Severity(row["severity"]).rank, -row["clusters"], row["code"], row["name"]))


def _differences(deviations: Iterable[Deviation]) -> list[Row]:
    """One a resource of a group and way in which it is unlike, with all clusters where it is."""
    same: defaultdict[tuple[str, ResourceId, Unlike], list[Deviation]] = defaultdict(list)
    for deviation in deviations:
        same[deviation.group, deviation.resource._replace(cluster=""), deviation.unlike].append(deviation)
    return [
        {
            "group": group,
            "resource": _identity(resource),
            "unlike": unlike.value,
            "clusters": those[0].clusters,
            "alike": those[0].alike,
            "path": dotted(those[0].fields[0].path) if those[0].fields else "",
            "usual": those[0].fields[0].usual if those[0].fields else None,
            "odd": [
                {
                    "cluster": each.resource.cluster,
                    "fields": [
                        {"path": dotted(field.path), "here": field.here, "usual": field.usual} for field in each.fields
                    ],
                }
                for each in those
            ],
        }
        for (group, resource, unlike), those in sorted(same.items())
    ]


def _versions(summaries: Sequence[Summary]) -> list[Row]:
    """Each version of each component, with the clusters that run it; `proxies` counts pods."""
    found: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    pods: Counter[tuple[str, str, str]] = Counter()
    for summary in summaries:
        if summary.kubernetes:
            found["Kubernetes", "", summary.kubernetes].add(summary.cluster)
        for revision, version in summary.control_planes:
            found["control plane", revision, version].add(summary.cluster)
        for version, number in summary.proxies.items():
            found["proxies", "", version].add(summary.cluster)
            pods["proxies", "", version] += number
    return [
        {
            "component": key[0],
            "revision": key[1],
            "version": key[2],
            "clusters": len(clusters),
            "pods": pods[key] if key[0] == "proxies" else None,
            "names": sorted(clusters),
        }
        for key, clusters in sorted(found.items())
    ]


def _totals(clusters: Sequence[Row]) -> list[Row]:
    """The sums of each value of each label, then of all; a cluster by itself is a row of `fleet`."""
    groups: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in clusters:
        for label, value in row["labels"].items():
            groups[label, value].append(row)
    rows = [_sum(label, value, those) for (label, value), those in sorted(groups.items())]
    return [*rows, _sum(None, None, clusters)] if clusters else []


def _sum(label: str | None, value: str | None, rows: Sequence[Row]) -> Row:
    slowest = max((row for row in rows if row["p99"] is not None), key=lambda r: (r["p99"], r[_CLUSTER]), default=None)
    return {
        "label": label,
        "value": value,
        "clusters": len(rows),
        "failed": sum(row["state"] == "failed" for row in rows),
        "resources": sum(row["resources"] for row in rows),
        **{key: sum(row[key] for row in rows) for key in _FOUND},
        "proxies": sum(row["proxies"] for row in rows),
        **{key: _known(row[key] for row in rows) for key in _OVERHEAD},
        "requests": _known(row["requests"] for row in rows),
        "requestErrors": _known(row["requestErrors"] for row in rows),
        "added": _mean(rows),
        # Percentiles cannot be added up.
        "slowestP99": slowest["p99"] if slowest else None,
        "slowest": slowest[_CLUSTER] if slowest else None,
    }


def _mean(rows: Iterable[Row]) -> float | None:
    """What the proxies add to a request, by the number of requests."""
    known = [(row["added"], row["addedOf"]) for row in rows if row["added"] is not None and row["addedOf"]]
    total = sum(number for _, number in known)
    return round(sum(added * number for added, number in known) / total, 3) if total else None


def _known(amounts: Iterable[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def _identity(resource: ResourceId) -> Mapping[str, str]:
    return {
        "group": resource.group,
        "kind": resource.kind,
        "namespace": resource.namespace,
        "name": resource.name,
    }
