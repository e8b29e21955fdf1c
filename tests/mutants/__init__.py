"""Small mutations of the program, each alone, and whether the tests that run it notice."""
