"""The engine: programs as computation graphs, forward values, the reverse sweep."""

from .bundled import bundled, load_bundled
from .descent import descend
from .errors import BackpropError, FileError, NetworkError, ParseError
from .graph import Graph, Node
from .network import Network
from .parse import parse
from .problems import Problem
from .sample import Sample
from .sample_file import load
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
