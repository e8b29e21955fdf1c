"""The panes of the screen, one widget a file."""
