"""Changing many documents outside a transaction, each by itself.

The embedded server's own updateMany and deleteMany keep a whole collection to themselves while they wait for a
transaction that holds one of the documents; when that transaction needs the collection once more, both wait for ever.
A change of one document lets go of the collection between its tries. MongoDB promises no more for the many than this.
"""

from collections.abc import Sequence
from itertools import batched
from typing import Any

from pymongo import DeleteOne, UpdateOne
from pymongo.collection import Collection

from voice_engine.store.database import Document

_AT_ONCE = 500


def update_each(collection: Collection[Document], query: Document, update: Document) -> int:
    """Apply `update` to every document that `query` finds and that still answers to it; how many changed."""
    changed = 0
    for ids in batched(_ids(collection, query), _AT_ONCE, strict=False):
        updates = [UpdateOne({**query, "_id": id_}, update) for id_ in ids]
        changed += collection.bulk_write(updates, ordered=False).modified_count
    return changed


def delete_each(collection: Collection[Document], query: Document) -> int:
    """Delete every document that `query` finds and that still answers to it; how many there were."""
    deleted = 0
    for ids in batched(_ids(collection, query), _AT_ONCE, strict=False):
        deletions = [DeleteOne({**query, "_id": id_}) for id_ in ids]
        deleted += collection.bulk_write(deletions, ordered=False).deleted_count
    return deleted


def _ids(collection: Collection[Document], query: Document) -> Sequence[Any]:
    return [document["_id"] for document in collection.find(query, {"_id": 1})]
