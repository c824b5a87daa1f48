"""Properties of the domain run without a deadline: how fast this machine is, is no part of them."""

from hypothesis import settings

settings.register_profile("voice", deadline=None, max_examples=60)
settings.load_profile("voice")
