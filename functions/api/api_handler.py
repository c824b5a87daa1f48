"""The API Lambda for everything that is fast: reads, edits, health. It translates between HTTP and the use cases."""

from application import application
from routes import admin, content, health, learning, profile, voice

handler = application([health, profile, content, learning, voice, admin])
