"""What the package depends on."""

from importlib.metadata import requires

import pytest


@pytest.mark.parametrize("requirement", sorted(set(requires("backtrader"))))
def test_each_dependency_has_a_lower_bound(requirement):
    assert ">=" in requirement.partition(";")[0], requirement
