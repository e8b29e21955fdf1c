"""The Textual application: composition, keys to actions, the work beside the screen, its ends.

Uses `screens`, `panes`, `present`, `session` and `system`.
"""
