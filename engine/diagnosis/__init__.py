"""What is wrong with a sweep's numbers, or may be: problems with their causes, and symptoms.

Uses `calculus` and the rooms below it.
"""
