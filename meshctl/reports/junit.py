"""JUnit XML: a suite for each check that ran; a finding that fails the run is a failed test."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from meshctl.model.finding import Finding
from meshctl.model.location import Location
from meshctl.model.result import Result, SetAside
from meshctl.reports.formats import Style
from meshctl.reports.places import from_root

# XML 1.0 has no way to write them.
_FORBIDDEN = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(result: Result, style: Style) -> str:
    """Red exactly if the run fails: a failure from `fail_on` on, an error for what was not read or crashed.

    No time is told: it would differ from run to run.
    """
    top = ET.Element("testsuites", name="meshctl")
    for name, cases in _suites(result, style):
        suite = ET.SubElement(top, "testsuite", name=_clean(name))
        suite.extend(cases)
        _count(suite, cases)
    _count(top, list(top.iter("testcase")))
    ET.indent(top)
    text = ET.tostring(top, encoding="unicode" if style.unicode else "us-ascii")
    text = text.decode() if isinstance(text, bytes) else text
    heading = '<?xml version="1.0" encoding="UTF-8"?>\n' if style.unicode else ""
    return f"{heading}{text}\n".replace("encoding='us-ascii'", 'encoding="us-ascii"')


def _suites(result: Result, style: Style) -> Iterator[tuple[str, list[ET.Element]]]:
    yield "meshctl", list(_whole(result))
    found: dict[str, list[Finding]] = {check: [] for check in result.checks}
    for finding in result.findings:
        found.setdefault(f"{finding.code} {finding.name}", []).append(finding)
    why = {skipped.analyzer: skipped.why for skipped in result.skipped}
    aside: dict[str, list[SetAside]] = {}
    for one in result.set_aside:
        aside.setdefault(f"{one.finding.code} {one.finding.name}", []).append(one)
    for check in sorted({*found, *why, *aside}):
        code = check.partition(" ")[0]
        cases = [_case(f, result, style) for f in found.get(check, ())]
        cases += [_set_aside(one, style) for one in aside.get(check, ())]
        if check in why:
            cases.append(_skipped(code, why[check]))
        yield check, cases or [_passed(code)]


def _whole(result: Result) -> Iterator[ET.Element]:
    """What concerns the run itself."""
    if result.failure:
        yield _error("run", result.failure.message)
    for unread in result.unread:
        yield _error(unread.what, unread.why)
    if result.crashed:
        yield _error("checks", "A check crashed: what it would have found is missing.")
    if not (result.failure or result.unread or result.crashed):
        yield _element("testcase", classname="meshctl", name="everything was read", time="0")
    for number, word in ((result.suppressed, "suppressed"), (result.baselined, "in the baseline")):
        if number and not result.set_aside:
            case = _element("testcase", classname="meshctl", name=f"{number:,} {word}", time="0")
            case.append(_element("skipped", message=f"{number:,} {word}"))
            yield case


def _case(finding: Finding, result: Result, style: Style) -> ET.Element:
    case = _named(finding, style)
    text = "\n".join(filter(None, _lines(finding, style)))
    if result.fail_on and finding.severity.at_least(result.fail_on):
        case.append(_element("failure", text, type=finding.severity.value, message=finding.message))
    else:
        case.append(_element("system-out", f"{finding.severity.value}: {text}"))
    return case


def _set_aside(one: SetAside, style: Style) -> ET.Element:
    case = _named(one.finding, style)
    case.append(_element("skipped", message=f"{one.by}: {one.reason or one.finding.message}"))
    return case


def _named(finding: Finding, style: Style) -> ET.Element:
    name = f"{finding.resource or ''} {finding.field}".strip() or finding.message
    case = _element("testcase", classname=f"meshctl.{finding.code}", name=name, time="0")
    if finding.location:
        case.set("file", _clean(from_root(finding.location.file, style)))
        case.set("line", str(finding.location.start_line))
    return case


def _lines(finding: Finding, style: Style) -> Iterator[str]:
    yield finding.message
    if finding.location:
        yield f"at {_position(finding.location, style)}"
        yield finding.location.source[:500]
    for related in finding.related:
        where = f" ({_position(related.location, style)})" if related.location else ""
        yield f"see: {related.resource or ''}{where}: {related.message}"
    if finding.fix:
        yield f"fix: {finding.fix}"
    yield finding.help_uri


def _position(place: Location, style: Style) -> str:
    return f"{from_root(place.file, style)}:{place.start_line}:{place.start_column}"


def _passed(code: str) -> ET.Element:
    return _element("testcase", classname=f"meshctl.{code}", name="no findings", time="0")


def _skipped(code: str, why: str) -> ET.Element:
    case = _element("testcase", classname=f"meshctl.{code}", name="did not run", time="0")
    case.append(_element("skipped", message=why))
    return case


def _error(name: str, why: str) -> ET.Element:
    case = _element("testcase", classname="meshctl", name=name, time="0")
    case.append(_element("error", why, type="error", message=why))
    return case


def _element(tag: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.Element(tag, {name: _clean(value) for name, value in attributes.items()})
    element.text = _clean(text) or None
    return element


def _count(element: ET.Element, cases: list[ET.Element]) -> None:
    counts = {"tests": len(cases)}
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        counts[name] = sum(case.find(tag) is not None for case in cases)
    for name, number in counts.items():
        element.set(name, str(number))
    element.set("time", "0")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)
