"""Indexes, presets and the schema's number: what `migrate` brings a database up to."""

from voice_engine.store import (
    archetypes,
    contents,
    edits,
    erasures,
    events,
    imported,
    imports,
    profiles,
    requests,
    retellings,
    versions,
)
from voice_engine.store.database import Database

# Raise it whenever an index or a document's shape changes, and move older documents forward in `migrate`.
SCHEMA = 10

_COLLECTIONS = (
    profiles,
    edits,
    contents,
    events,
    versions,
    requests,
    archetypes,
    erasures,
    imports,
    imported,
    retellings,
)
_META = "meta"


def is_current(database: Database) -> bool:
    """False when the database is behind this code, or empty."""
    found = database.collection(_META).find_one({"_id": "schema"})
    return found is not None and found["number"] >= SCHEMA and found.get("presets") == archetypes.EDITION


def migrate(database: Database) -> None:
    """Create what is missing. Running it twice, or twice at once, changes nothing more."""
    for module in _COLLECTIONS:
        database.collection(module.NAME).create_indexes(list(module.INDEXES))
    edits.keep_distances(database)
    for module in (profiles, versions):
        profiles.keep_inherited(database, module.NAME)
    archetypes.seed(database)
    reached = {"$max": {"number": SCHEMA}, "$set": {"presets": archetypes.EDITION}}
    database.collection(_META).update_one({"_id": "schema"}, reached, upsert=True)
