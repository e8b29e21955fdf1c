"""The engine: programs as computation graphs, forward values, the reverse sweep."""

from .api import trace, trace_network
from .calculus.sweep import Contribution, Step, Sweep
from .descent.descent import descend
from .diagnosis.problems import Problem
from .files.loading import bundled, load, load_bundled
from .files.sample import Sample
from .language.graph import Graph, Node
from .language.parse import parse
from .network.network import Network
from .text.errors import BackpropError, FileError, NetworkError, ParseError
from .tracing.trace import Trace

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
