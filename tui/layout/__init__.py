"""Graph drawing: from nodes, edges and box sizes to boxes and wires on integer cells.

Uses the texts of the engine alone; no Textual, no derivatives.
"""

from .diagram import Box, Diagram, Edge, Wire
from .layered import layout

__all__ = ["Box", "Diagram", "Edge", "Wire", "layout"]
