"""Settings of the tests: the same random examples each time, unless asked otherwise."""

from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1_000)
settings.load_profile("fixed")
