"""A fuzzer: inputs by grammar, by mutation and at random, each held to a law."""
