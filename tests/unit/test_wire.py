"""What a value is on the wire, by the grammar that the document names."""

import calendar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.profile import ProfileChange


def _number(low: int, high: int, width: int = 2) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(lambda number: f"{number:0{width}}")


@st.composite
def _date_times(draw: st.DrawFn) -> str:
    """Any `date-time` of RFC 3339, section 5.6."""
    year, month = draw(st.integers(0, 9999)), draw(st.integers(1, 12))
    day = draw(_number(1, calendar.monthrange(year, month)[1]))
    second = draw(_number(0, 60))
    fraction = draw(st.just("") | st.from_regex(r"\.[0-9]{1,20}", fullmatch=True))
    offset = draw(st.sampled_from("Zz") | st.tuples(st.sampled_from("+-"), _number(0, 23), _number(0, 59)))
    zone = offset if isinstance(offset, str) else f"{offset[0]}{offset[1]}:{offset[2]}"
    clock = f"{draw(_number(0, 23))}:{draw(_number(0, 59))}:{second}{fraction}"
    return f"{year:04}-{month:02}-{day}{draw(st.sampled_from('Tt'))}{clock}{zone}"


@given(_date_times())
@example("1990-12-31t23:59:60z")
@example("0000-02-29T00:00:00Z")
def test_a_time_of_rfc_3339_is_one(text: str) -> None:
    assert ProfileChange.model_validate({"lastUpdated": text}).last_updated == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-01-01",
        "2026-01-01T00:00:00",
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00Z\n",
        "٢٠٢٦-01-01T00:00:00Z",
    ],
)
def test_what_names_no_moment_is_no_time(text: str) -> None:
    with pytest.raises(ValidationError, match="RFC 3339"):
        ProfileChange.model_validate({"lastUpdated": text})
