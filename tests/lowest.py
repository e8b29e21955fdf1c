"""The lowest versions that pyproject.toml admits, as constraints for pip."""

import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any


def constraints(project: dict[str, Any]) -> list[str]:
    """Each requirement `name>=low,<high` of the project and its tests as `name==low`."""
    optional = project["optional-dependencies"]["dev"]
    found = (re.match(r"([\w.-]+)>=([\w.]+)", r) for r in chain(project["dependencies"], optional))
    return [f"{name}=={low}" for match in found if match for name, low in [match.groups()]]


if __name__ == "__main__":
    path = Path(__file__).parent.parent / "pyproject.toml"
    settings = tomllib.loads(path.read_text(encoding="utf-8"))
    print("\n".join(constraints(settings["project"])))
