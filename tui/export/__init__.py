"""A trace as text to read, from the same explanations as the screen."""
