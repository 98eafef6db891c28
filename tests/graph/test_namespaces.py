"""Namespaces by name and by pattern."""

import pytest

from meshctl.graph.namespaces import KnownNamespaces

KNOWN = KnownNamespaces(["checkout-prod", "checkout-test", "shop"])


@pytest.mark.parametrize("pattern", ["shop", "*", "check*", "*-prod", "*out*", "check*prod", "s*p", "*shop*", "shop*"])
def test_fits(pattern: str) -> None:
    assert KNOWN.has(pattern)


@pytest.mark.parametrize("pattern", ["", "Shop", "hop", "check", "out*", "*check", "*-bogus", "prod*check", "shop*p"])
def test_fits_nothing(pattern: str) -> None:
    assert not KNOWN.has(pattern)


@pytest.mark.parametrize("pattern", ["*", "*a*", "a*"])
def test_nothing_fits_where_nothing_is(pattern: str) -> None:
    assert not KnownNamespaces([]).has(pattern)


def test_nearest() -> None:
    assert KNOWN.nearest("shopp") == "shop"
    assert KNOWN.nearest("SHOP") == "shop"
    assert KNOWN.nearest("sho*") is None
    assert KNOWN.nearest("elsewhere") is None
