"""The engine: programs as computation graphs, forward values, the reverse sweep."""

from .errors import BackpropError, FileError, ParseError
from .graph import Graph, Node
from .parse import parse
from .problems import Problem
from .sample import Sample, bundled, load, load_bundled
from .sweep import Contribution, Step, Sweep
from .trace import Trace, trace

__all__ = [
    "BackpropError",
    "Contribution",
    "FileError",
    "Graph",
    "Node",
    "ParseError",
    "Problem",
    "Sample",
    "Step",
    "Sweep",
    "Trace",
    "bundled",
    "load",
    "load_bundled",
    "parse",
    "trace",
]
