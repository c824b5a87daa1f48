"""Every route is used by the tests that look at every route."""

from collections import Counter

from tests.template import routes
from tests.traffic import USES


def test_every_route_has_one_entry_in_the_traffic_of_the_tests() -> None:
    assert Counter(use.route for use in USES) == Counter(routes()), "write an entry in tests/traffic.py"
