"""Who made a bundle, by the names of its files: which of them hold resources, and which are answers of proxies."""

import re
from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple
from urllib.parse import unquote

from meshctl.sources.bundle.recognized import MUST_GATHER_MARKS, RESOURCES

_SUFFIXES = (".yaml", ".yml", ".json")

# `istioctl bug-report` names what kubectl printed without a suffix.
_BUG_REPORT = re.compile(r"(?:.+/)?cluster/(?:k8s-resources|k8s-cluster-resources|crs)")
_BUG_REPORT_LISTS = re.compile(r"(?:.+/)?cluster/(?:k8s-resources|k8s-cluster-resources|crs|nodes|pods|secrets)")
# `oc adm must-gather` and `oc adm inspect`; the other files that they write hold no resources or the same once more.
_MUST_GATHER = re.compile(r"(?P<root>(?:.+/)?)cluster-scoped-resources/[^/]+/.+\.yaml")
_INSPECTED = re.compile(r"(?P<root>(?:.+/)?)namespaces/(?P<namespace>[^/]+)/(?P<inside>.+\.yaml)")
_EVENTS = re.compile(r"(?:.+/)?events\.yaml")
_POD_AGAIN = re.compile(r"pods/[^/]+/[^/]+\.yaml")
_ANSWER = re.compile(
    r"(?:[^/]+/)?(?P<of>proxies|istiod)/(?P<cluster>[^/]+)/(?P<namespace>[^/]+)/(?P<pod>[^/]+)/"
    r"(?P<answer>[^/]+\.(?:json|prom|txt))"
)
_BUG_REPORT_ANSWER = re.compile(
    r"(?:.+/)?(?P<of>proxies|istio)/(?P<namespace>[^/]+)/(?P<pod>[^/]+)/(?P<answer>(?:debug/|stats/)?[\w?]+)"
)
# What istioctl asks for, under the names that recordings of proxies have. Envoy answers some of it as text.
_BUG_REPORT_ANSWERS = {
    "certs": "certs.json",
    "clusters": "clusters.txt",
    "config_dump": "config_dump.json",
    "config_dump?include_eds": "config_dump.json",
    "listeners": "listeners.txt",
    "memory": "memory.json",
    "server_info": "server_info.json",
    "stats/prometheus": "stats.prom",
}


class Layout(Enum):
    """Who made a bundle, as a person would say it."""

    BUNDLE = "a bundle of meshctl capture"
    BUG_REPORT = "an istioctl bug-report"
    MUST_GATHER = "a must-gather"
    FILES = "an archive of files"


class AnswerPlace(NamedTuple):
    """Whose answer a file is. `answer` is its name in recordings, such as `config_dump.json`."""

    cluster: str
    namespace: str
    pod: str
    answer: str
    control_plane: bool


def layout_of(names: Sequence[str], *, has_manifest: bool) -> Layout:
    """The layout of a bundle with these files; `has_manifest` says that one of them is a manifest of meshctl."""
    if has_manifest:
        return Layout.BUNDLE
    if any(_BUG_REPORT.fullmatch(name) for name in names):
        return Layout.BUG_REPORT
    roots = {found["root"] for name in names if (found := _INSPECTED.fullmatch(name))}
    marked = {f"{root}{mark}" for root in roots for mark in MUST_GATHER_MARKS}
    if any(_MUST_GATHER.fullmatch(name) for name in names) or not marked.isdisjoint(names):
        return Layout.MUST_GATHER
    return Layout.FILES


def may_hold_resources(name: str) -> bool:
    """Whether a file is worth reading before the layout is known."""
    return bool(_BUG_REPORT_LISTS.fullmatch(name)) or (_is_shown(name) and not answer_place(name))


def resource_files(layout: Layout, names: Sequence[str]) -> Callable[[str], bool]:
    """Which of the files hold resources, as far as names tell."""
    if layout is Layout.BUNDLE:
        return lambda name: f"/{RESOURCES}/" in f"/{name}"
    if layout is Layout.BUG_REPORT:
        return lambda name: bool(_BUG_REPORT_LISTS.fullmatch(name))
    if layout is Layout.MUST_GATHER:
        present = frozenset(names)
        return lambda name: _is_inspected(name, present)
    return _is_shown


def answer_place(name: str) -> AnswerPlace | None:
    """Whose answer a file of a bundle or of a bug report is; None for any other file."""
    if found := _ANSWER.fullmatch(name):
        cluster, namespace, pod = (unfolded(found[part]) for part in ("cluster", "namespace", "pod"))
        return AnswerPlace(cluster, namespace, pod, unfolded(found["answer"]), found["of"] == "istiod")
    if found := _BUG_REPORT_ANSWER.fullmatch(name):
        control_plane = found["of"] == "istio"
        path = found["answer"]
        answer = _BUG_REPORT_ANSWERS.get(path, "") if not control_plane else ""
        if control_plane and path.startswith("debug/"):
            answer = f"{path.removeprefix('debug/')}.json"
        if answer:
            return AnswerPlace("", found["namespace"], found["pod"], answer, control_plane)
    return None


def unfolded(folder: str) -> str:
    """The name that a folder of a bundle stands for."""
    return "" if folder == "_" else unquote(folder)


def _is_shown(name: str) -> bool:
    """YAML and JSON, as in folders: what is hidden and what kustomize reads is left out."""
    parts = name.split("/")
    hidden = any(part.startswith(".") and part != "." for part in parts)
    kustomization = parts[-1].lower() in ("kustomization.yaml", "kustomization.yml")
    return name.lower().endswith(_SUFFIXES) and not hidden and not kustomization


def _is_inspected(name: str, present: frozenset[str]) -> bool:
    if _EVENTS.fullmatch(name):
        return False
    if _MUST_GATHER.fullmatch(name):
        return True
    found = _INSPECTED.fullmatch(name)
    if not found:
        return False
    pods = f"{found['root']}namespaces/{found['namespace']}/core/pods.yaml"
    return not (pods in present and _POD_AGAIN.fullmatch(found["inside"]))
