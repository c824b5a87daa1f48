"""Results told to a person: a table for the terminal, and one for a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_NUMBER = 4  # digits of a figure in the JSON
_MOST_ON_A_PAGE = 8  # baselines of one measure; more belong in the JSON alone


def document(results: Sequence[Any], about: Mapping[str, Any]) -> dict[str, Any]:
    """What is written as JSON: each figure under its key, and under `intervals`, `baselines`, `beside`, `targets` and
    `people` what belongs to it, by the same key."""
    found: dict[str, Any] = {"about": dict(about)}
    found |= {result.key: _rounded(result.value) for result in results}
    found["intervals"] = {result.key: _rounded(result.interval) for result in results if result.interval}
    found["baselines"] = {result.key: _rounded(result.baselines) for result in results if result.baselines}
    found["beside"] = {result.key: _rounded(result.beside) for result in results if result.beside}
    found["targets"] = {
        result.key: {"target": result.target.text, "reached": result.target.reached}
        for result in results
        if result.target and result.value is not None
    }
    found["people"] = {result.key: result.people for result in results if result.people is not None}
    return found


def _rounded(value: object) -> Any:
    if isinstance(value, float):
        return round(value, _NUMBER)
    if isinstance(value, Mapping):
        return {str(name): _rounded(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The table for a terminal, of a document."""
    yield f"{'measure':<26}{'value':>9}  {'95 % of writers':<17}{'':<3}target, and the baselines"
    for key in keys(found):
        yield f"{key:<26}{_value(found[key]):>9}  {_interval(found, key):<17}{_mark(found, key):<3}{_words(found, key)}"
        for part in _parts(found[key]):
            yield f"{'':<26}{part}"
        if beside := found["beside"].get(key):
            yield f"{'':<26}{_pairs(beside)}"
    reached = [target["reached"] for target in found["targets"].values()]
    yield f"{sum(reached)} of {len(reached)} targets reached"


def markdown(found: Mapping[str, Any]) -> Iterator[str]:
    """The table for a page, of a document."""
    yield "| measure | value | 95 % of writers | baselines | target | reached |"
    yield "|---|---|---|---|---|---|"
    for key in keys(found):
        target = found["targets"].get(key)
        value = _value(found[key]) if not isinstance(found[key], Mapping) else _pairs(found[key])
        baselines = found["baselines"].get(key, {})
        compared = _pairs(baselines) if len(baselines) <= _MOST_ON_A_PAGE else "in the JSON"
        told = f"{target['target']} | {'yes' if target['reached'] else 'no'}" if target else "– | –"
        yield f"| `{key}` | {value} | {_interval(found, key)} | {compared} | {told} |"


def keys(found: Mapping[str, Any]) -> list[str]:
    """The measures of a document, in its order: their names have a dot."""
    return [key for key in found if "." in key]


def _value(value: object) -> str:
    if isinstance(value, Mapping) and value:
        return ""
    return _figure(value) if isinstance(value, float | int) else "no data"


def _interval(found: Mapping[str, Any], key: str) -> str:
    ends = found["intervals"].get(key)
    return f"{ends[0]:.3f} to {ends[1]:.3f}" if ends else ""


def _mark(found: Mapping[str, Any], key: str) -> str:
    target = found["targets"].get(key)
    return "" if target is None else "✓" if target["reached"] else "✗"


def _words(found: Mapping[str, Any], key: str) -> str:
    target = found["targets"].get(key)
    told = [target["target"]] if target else []
    if baselines := found["baselines"].get(key):
        told.append(_pairs(baselines))
    return "; ".join(told)


def _parts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield _pairs(value)


def _pairs(found: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_figure(value)}" for name, value in found.items())


def _figure(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, float | int):
        if isinstance(value, Mapping):
            return "(" + _pairs(value) + ")"
        return str(value)
    return str(value) if isinstance(value, int) else f"{value:.3f}"
