"""What must hold of a profile whatever happened on the way."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from voice_engine.bootstrap import Engine
from voice_engine.profile_key import DEFAULT_VOICE, ProfileId
from voice_engine.profiles import style_entry
from voice_engine.replay import replay
from voice_engine.voice.log import RESTORABLE, fold


def check_profile(engine: Engine, user: str, voice: str = DEFAULT_VOICE) -> None:
    """Every edit learned exactly once, in the version that it names, and nothing left of those that were unlearned;
    profile equal to its log, which nobody is telling again; no stale copy cached; each version that can be gone back to
    equal to the log as far as that."""
    key = ProfileId(user, voice).key
    edits = list(engine.database.collection("edits").find({"profile": key}))
    log = list(engine.database.collection("events").find({"profile": key}).sort("version", 1))
    profile = engine.profiles.find(key)
    assert profile is not None
    assert [row["version"] for row in log] == list(range(1, profile.version + 1)), "a gap in the log"
    assert {row["incarnation"] for row in log} == {profile.incarnation}

    learned = [row for row in log if row["kind"] == "editsLearned"]
    applied = Counter(edit for row in learned for edit in row["editIds"])
    versions = {edit: row["version"] for row in learned for edit in row["editIds"]}
    unlearned = {edit: row["version"] for row in log if row["kind"] == "editsUnlearned" for edit in row["editIds"]}
    for edit in edits:
        assert edit["status"] in ("learned", "failed", "ignored", "unlearned"), f"{edit['status']} in the end"
        assert edit["learnedVersion"] == versions.get(edit["_id"])
        assert edit.get("unlearnedVersion") == unlearned.get(edit["_id"])
        assert applied[edit["_id"]] == (1 if edit["status"] == "learned" or edit["_id"] in unlearned else 0)
        assert edit["status"] != "unlearned" or not {"base", "text", "delta"} & edit.keys()
    assert replay(engine.events, key) == profile.state, "the log tells another profile"

    assert engine.database.collection("retellings").find_one({"profile": key}) is None, "a log half told"
    assert engine.profiles.dirty(1) == [], "a stale copy may be cached"
    assert engine.profile_desk.style(ProfileId(user, voice)) == style_entry(profile)
    kept = [one.version for one in engine.versions.newest(key)][::-1]
    newest = range(max(1, profile.version - RESTORABLE + 1), profile.version + 1)
    known = edits_known(log)
    assert kept == [version for version in newest if not known[version] & unlearned.keys()]
    told = list(engine.events.of(key))  # without what was unlearned
    for version in kept:
        snapshot = engine.versions.find(key, f"{profile.incarnation}.{version}")
        assert snapshot is not None
        assert snapshot.state == fold(told[:version]), f"version {version} is not what the log tells of it"


def edits_known(log: Sequence[dict[str, Any]]) -> list[frozenset[str]]:
    """Of each version, from 0 on, the ids of the edits that its state was learned from when it was made."""
    known: list[frozenset[str]] = [frozenset()]
    for row in log:
        match row["kind"]:
            case "editsLearned":
                known.append(known[-1] | frozenset(row["editIds"]))
            case "editsUnlearned":
                known.append(known[-1] - frozenset(row["editIds"]))
            case "profileReset":
                known.append(frozenset())
            case "rolledBack":
                known.append(known[row["restoredVersion"]])
            case _:
                known.append(known[-1])
    return known
