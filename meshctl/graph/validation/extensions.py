"""WasmPlugins and TrafficExtensions."""

import re
from collections.abc import Iterator

from meshctl.graph.fields import Fields, mapping, numbered, text
from meshctl.graph.kinds.extensions import TrafficExtension, WasmPlugin
from meshctl.graph.validation.fault import Fault
from meshctl.graph.validation.labels import chosen
from meshctl.graph.validation.ranges import needed_port
from meshctl.model.paths import Path

_SUM = re.compile(r"[0-9a-f]{64}\Z").match
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://").match
_SCHEMES = frozenset({"file", "http", "https", "oci"})
_LONGEST_SECRET, _LONGEST_NAME, _LONGEST_CODE = 253, 256, 65536


def wasm_plugin(view: WasmPlugin) -> Iterator[Fault]:
    """What Istio refuses in a WasmPlugin."""
    yield from chosen(view.spec, ("spec",))
    yield from _wasm(view.spec, ("spec",))
    yield from _match(view.spec)


def traffic_extension(view: TrafficExtension) -> Iterator[Fault]:
    """What Istio refuses in a TrafficExtension."""
    spec = view.spec
    # It knows no `targetRef`.
    yield from chosen({field: value for field, value in spec.items() if field != "targetRef"}, ("spec",))
    wasm, lua = spec.get("wasm"), spec.get("lua")
    if (wasm is None) == (lua is None):
        place = ("spec", "lua") if lua is not None else ("spec",)
        yield Fault(place, "The extension has to be either wasm or lua.", "Set exactly one of the two.")
    if isinstance(wasm, dict):
        yield from _wasm(wasm, ("spec", "wasm"))
    if isinstance(lua, dict):
        size = len(text(lua.get("inlineCode")).encode())
        if not 0 < size <= _LONGEST_CODE:
            yield Fault(
                ("spec", "lua", "inlineCode"),
                f"The Lua code has {size} bytes.",
                f"Write 1 to {_LONGEST_CODE} bytes.",
            )
    yield from _match(spec)


def _match(spec: Fields) -> Iterator[Fault]:
    for i, match in numbered(spec.get("match")):
        for j, port in numbered(match.get("ports")):
            yield from needed_port(port.get("number"), ("spec", "match", i, "ports", j, "number"))


def _wasm(wasm: Fields, path: Path) -> Iterator[Fault]:
    url = text(wasm.get("url"))
    scheme = _SCHEME(url)
    if not url:
        yield Fault((*path, "url"), "There is no url to get the module from.", "Add it, as oci://REGISTRY/IMAGE:TAG.")
    elif scheme and scheme[1].lower() not in _SCHEMES:
        yield Fault((*path, "url"), f"A module cannot be got by {scheme[1]}.", "Use oci, https, http or file.")
    sha = text(wasm.get("sha256"))
    if sha and not _SUM(sha):
        yield Fault((*path, "sha256"), f"{sha!r} is no sum.", "Write 64 lower-case hexadecimal digits.")
    for field, longest in (("imagePullSecret", _LONGEST_SECRET), ("pluginName", _LONGEST_NAME)):
        if len(text(wasm.get(field))) > longest:
            yield Fault((*path, field), f"{field} is too long.", f"Use {longest} characters at most.")
    seen: set[str] = set()
    for i, variable in numbered(mapping(wasm.get("vmConfig")).get("env")):
        place = (*path, "vmConfig", "env", i)
        name = text(variable.get("name"))
        if not 0 < len(name) <= _LONGEST_NAME:
            yield Fault((*place, "name"), "The variable has no valid name.", f"Use 1 to {_LONGEST_NAME} characters.")
        elif name in seen:
            yield Fault((*place, "name"), f"The variable {name} stands twice.", "Remove one of the two.")
        seen.add(name)
        if variable.get("valueFrom") == "HOST" and variable.get("value"):
            yield Fault(
                (*place, "value"),
                f"The variable {name} is taken from the proxy and has a value as well.",
                "Remove the value, or `valueFrom: HOST`.",
            )
