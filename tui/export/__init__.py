"""A session as text to read, as a drawing and as SVG, from what the screen shows."""
