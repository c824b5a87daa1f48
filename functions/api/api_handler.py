"""The API Lambda for everything that is fast: reads, edits, health. It translates between HTTP and the use cases."""

from application import application
from routes import (
    admin,
    archetypes,
    content,
    contract,
    edits,
    erasure,
    evolution,
    export,
    health,
    learning,
    profile,
    versions,
    voice,
    voices,
)

handler = application(
    [
        health,
        contract,
        profile,
        evolution,
        content,
        edits,
        learning,
        versions,
        archetypes,
        voices,
        voice,
        export,
        erasure,
        admin,
    ]
)
