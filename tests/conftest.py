"""Settings of the tests: the same random examples each time, unless asked otherwise."""

from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings

settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1_000)
settings.register_profile(
    "unshrunk", settings.get_profile("fixed"), phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("fixed")


@pytest.fixture(autouse=True, scope="session")
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps the tests out of the user's state folder, and what lies there out of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield
