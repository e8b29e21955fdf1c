"""The engine: programs as computation graphs, forward values, the reverse sweep."""

from .descent import descend
from .errors import BackpropError, FileError, NetworkError, ParseError
from .graph import Graph, Node
from .loading import bundled, load, load_bundled
from .network import Network
from .parse import parse
from .problems import Problem
from .sample import Sample
from .sweep import Contribution, Step, Sweep
from .trace import Trace, trace, trace_network

__all__ = [
    "BackpropError",
    "Contribution",
    "FileError",
    "Graph",
    "Network",
    "NetworkError",
    "Node",
    "ParseError",
    "Problem",
    "Sample",
    "Step",
    "Sweep",
    "Trace",
    "bundled",
    "descend",
    "load",
    "load_bundled",
    "parse",
    "trace",
    "trace_network",
]
