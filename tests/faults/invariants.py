"""What must hold of a profile whatever happened on the way."""

from collections import Counter

from voice_engine.bootstrap import Engine
from voice_engine.profile_key import DEFAULT_VOICE, ProfileId
from voice_engine.profiles import style_entry
from voice_engine.replay import replay


def check_profile(engine: Engine, user: str, voice: str = DEFAULT_VOICE) -> None:
    """Every edit learned exactly once, in the version that it names, and nothing left of those that were unlearned;
    profile equal to its log, which nobody is telling again; no stale copy cached."""
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
    snapshots = engine.database.collection("versions").distinct("version", {"profile": key})
    purged = {version for edit, at in unlearned.items() for version in range(versions[edit], at)}
    assert sorted(snapshots) == [v for v in range(max(1, profile.version - 9), profile.version + 1) if v not in purged]
