"""Copies of the tree, each with an environment of its own: mutants are made and run there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", ".mutants", "build", "dist", "*.egg-info", "__pycache__", ".*_cache",
    ".hypothesis", ".coverage*",
)  # fmt: skip
PACKAGES = ("engine", "samples", "tui")
PATHS = """{top}/.site
{packages}
{top}/tests
import os; os.getenv("COVERAGE_PROCESS_START") and __import__("coverage").process_startup()
"""
"""What the copy's Python finds: the copy before the package installed here, measured if asked."""


class Copy:
    """A copy of the tree below a folder."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self._stamp = 0
        shutil.copytree(ROOT, top, ignore=LEFT_OUT)
        for name in PACKAGES:
            link = top / ".site" / "backprop_tui" / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(top / name)
        command = [sys.executable, "-m", "venv", "--without-pip", str(top / ".venv")]
        subprocess.run(command, check=True)
        self.python = top / ".venv" / "bin" / "python"
        paths = {"base": str(top / ".venv"), "platbase": str(top / ".venv")}
        packages = Path(sysconfig.get_path("purelib", vars=paths))
        text = PATHS.format(top=top, packages=sysconfig.get_path("purelib"))
        (packages / "copy.pth").write_text(text, encoding="utf-8")
        subprocess.run([self.python, "-m", "compileall", "-q", *PACKAGES], cwd=top, check=True)

    def text(self, path: Path) -> bytes:
        """A file of the tree as it was when it was copied, whatever is edited meanwhile."""
        return (self.top / path.relative_to(ROOT)).read_bytes()

    @contextmanager
    def changed(self, path: Path, text: bytes) -> Iterator[None]:
        """The copy with another text in one file, which is restored.

        The file's time is one that it never had, so that nothing compiled before counts for it.
        """
        file = self.top / path.relative_to(ROOT)
        before, times = file.read_bytes(), file.stat()
        file.write_bytes(text)
        self._stamp += 1
        os.utime(file, (times.st_atime, times.st_mtime + 1_000 + self._stamp))
        try:
            yield
        finally:
            file.write_bytes(before)
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    def run(
        self, *words: str | Path, limit: float, more: Mapping[str, str] | None = None
    ) -> tuple[int | None, str]:
        """Exit status and output of the copy's Python; None where it took longer than the limit."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COVERAGE"))}
        environment = {**kept, "PYTHONDONTWRITEBYTECODE": "1", **(more or {})}
        with subprocess.Popen(
            [self.python, *words], cwd=self.top, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            start_new_session=True,
        ) as made:  # fmt: skip
            try:
                output = made.communicate(timeout=limit)[0]
            except subprocess.TimeoutExpired:
                return None, ""
            finally:
                _end(made.pid)
        return made.returncode, output


def _end(group: int) -> None:
    """Ends what a program may have left running."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def run_tests(
    copy: Copy, names: Sequence[str], limit: float, without: Sequence[str]
) -> tuple[int | None, str]:
    """Runs tests to the first that fails; `without` those that fail anyway."""
    options = ("-x", "-p", "no:cacheprovider", "--hypothesis-profile", "unshrunk", "--tb=no")
    left_out = [word for name in without for word in ("--deselect", name)]
    return copy.run("-m", "pytest", *options, *left_out, *names, limit=limit)
