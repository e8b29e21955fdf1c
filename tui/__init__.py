"""The screen: a terminal application over one frozen session."""
