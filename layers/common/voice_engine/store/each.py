"""Changing many documents outside a transaction, each by itself.

The embedded server's own updateMany and deleteMany keep a whole collection to themselves while they wait for a
transaction that holds one of the documents; when that transaction needs the collection once more, both wait for ever.
A change of one document lets go of the collection between its tries. MongoDB promises no more for the many than this.
"""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any

from pymongo import DeleteOne, UpdateOne
from pymongo.collection import Collection

from voice_engine.store.database import Document

_AT_ONCE = 500


def update_each(
    collection: Collection[Document], query: Document, update: Document, *, ids: Iterable[Any] | None = None
) -> int:
    """Apply `update` to every document that answers to `query`; how many changed. `ids` are of all that may: where they
    are known, none are looked for."""
    changed = 0
    for some in batched(_found(collection, query) if ids is None else ids, _AT_ONCE, strict=False):
        updates = [UpdateOne({**query, "_id": id_}, update) for id_ in some]
        changed += collection.bulk_write(updates, ordered=False).modified_count
    return changed


def delete_each(collection: Collection[Document], query: Document, *, ids: Iterable[Any] | None = None) -> int:
    """Delete every document that answers to `query`; how many there were. `ids` as above."""
    deleted = 0
    for some in batched(_found(collection, query) if ids is None else ids, _AT_ONCE, strict=False):
        deletions = [DeleteOne({**query, "_id": id_}) for id_ in some]
        deleted += collection.bulk_write(deletions, ordered=False).deleted_count
    return deleted


def _found(collection: Collection[Document], query: Document) -> Sequence[Any]:
    return [document["_id"] for document in collection.find(query, {"_id": 1})]
