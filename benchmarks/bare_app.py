"""The least that a Textual application can do: one label, changed by a key."""

from textual.app import App, ComposeResult
from textual.widgets import Label


class Bare(App[None]):
    """Counts the presses of n and N."""

    BINDINGS = [("n", "count(1)", "up"), ("N", "count(-1)", "down")]
    number = 0

    def compose(self) -> ComposeResult:
        """The label alone."""
        yield Label("step 0/3")

    def action_count(self, by: int) -> None:
        """Counts."""
        self.number += by
        self.query_one(Label).update(f"step {self.number}/3")


if __name__ == "__main__":
    Bare().run()
