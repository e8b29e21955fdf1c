"""The lists of key bindings: footers, help and command palette are made from them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Key:
    """What a key does."""

    keys: str
    """Textual's names of the keys, comma-separated."""
    shown: str
    """The keys as the user reads them."""
    action: str
    """The action of the application."""
    short: str
    """For the footer; empty keeps it out."""
    help: str = ""
    """A sentence for help and the command palette."""
    group: str = ""


STEP, NODE, ASK = "Walk the sweep", "Look at nodes", "Ask about the sweep"
DOWN = "Gradient descent"
EDIT, APP = "Edit and open", "Application"

KEYS = (
    Key("n", "n Right", "move(1)", "next", "Visit the next node; 10n visits ten", STEP),
    Key("N", "N Left", "move(-1)", "back", "Go one node back; 10N goes ten", STEP),
    Key("s", "s", "send(1)", "send", "Send the next single contribution", STEP),
    Key("S", "S", "send(-1)", "", "Take the last contribution back", STEP),
    Key("g,home", "g Home", "seek(0)", "start", "Go before the first step: the seed", STEP),
    Key("G,end", "G End", "end", "end", "Go to the end of the sweep: the gradient", STEP),
    Key("colon", ":", "edit('step')", "", "Go to a step by its number", STEP),
    Key("t", "t", "view", "view", "Next view: tree, graph; of a network neurons, one weight", NODE),
    Key("l", "l", "layers", "", "A network layer by layer, with the four equations", NODE),
    Key("m", "m", "notation", "", "A network's notation, and its weights as one list", NODE),
    Key("left_square_bracket", "[", "sample(-1)", "",
        "Previous sample of a network, or row of its data", NODE),
    Key("right_square_bracket", "]", "sample(1)", "",
        "Next sample of a network, or row of its data", NODE),
    Key("plus", "+", "closer(1)", "", "In a drawing: more in each box; in a plot: closer", NODE),
    Key("minus", "−", "closer(-1)", "",
        "In a drawing: less in each box, then more boxes; in a plot: farther", NODE),
    Key("backslash", "\\", "turn", "", "In a drawing: upright or from left to right", NODE),
    Key("ampersand", "&", "leaves", "", "In a drawing: a leaf once, or beside each user", NODE),
    Key("right", "Right", "arrow('right')", "",
        "In a drawing: along a wire; else the next node", NODE),
    Key("left", "Left", "arrow('left')", "",
        "In a drawing: along a wire; else one node back", NODE),
    Key("up,k", "Up k", "choose(-1)", "", "Select the node above", NODE),
    Key("down,j", "Down j", "choose(1)", "", "Select the node below", NODE),
    Key("enter", "Enter", "fold", "",
        "Fold an operation, call or neuron, again its layer; from neurons and layers: its graph",
        NODE),
    Key("pageup", "PgUp", "page(-1)", "", "Scroll the pane up", NODE),
    Key("pagedown", "PgDn", "page(1)", "", "Scroll the pane down", NODE),
    Key("tab", "Tab", "pane(1)", "", "Go to the next pane", NODE),
    Key("shift+tab", "Shift+Tab", "pane(-1)", "", "Go to the previous pane", NODE),
    Key("z", "z", "zoom", "", "Zoom the pane to the whole window, or back", NODE),
    Key("escape", "Esc", "leave", "", "Back to the step; leave an editor or the zoom", NODE),
    Key("J", "J", "trouble", "", "Jump to the first cause of a problem, then to the next", ASK),
    Key("exclamation_mark", "!", "ask('check')", "check",
        "Second opinions on the gradient; again: on every node", ASK),
    Key("equals_sign", "=", "ask('closed form')", "",
        "Closed form of the leaf's derivative; again: written out, simplified", ASK),
    Key("f", "f", "ask('forward mode')", "", "Forward mode for the leaf chosen last", ASK),
    Key("a", "a", "ask('paths')", "paths", "All paths from the node selected to the output", ASK),
    Key("d", "d", "descend(1)", "", "One update of the parameters; 10d makes ten", DOWN),
    Key("D", "D", "descend(-1)", "", "One update back; 10D takes ten back", DOWN),
    Key("R", "R", "run", "", "Make updates until stopped, or stop", DOWN),
    Key("less_than_sign", "<", "rate(-1)", "", "A smaller rate", DOWN),
    Key("greater_than_sign", ">", "rate(1)", "", "A larger rate", DOWN),
    Key("backspace", "Backspace", "restart", "", "Back to the start of the descent", DOWN),
    Key("p", "p", "plot", "plot",
        "Plots: C along the parameter, over the updates, over two parameters", DOWN),
    Key("e", "e", "edit('program')", "edit", "Edit the program: everything follows", EDIT),
    Key("v", "v", "edit('values')", "values", "Edit the values of the variables", EDIT),
    Key("w", "w", "edit('wrt')", "", "Choose what to differentiate by", EDIT),
    Key("o", "o", "browse", "open", "Open a sample", EDIT),
    Key("question_mark,f1", "? F1", "help", "help", "Keys, marks, words and conventions", APP),
    Key("ctrl+p", "Ctrl+P", "palette", "", "Command palette", APP),
    Key("q", "q Ctrl+Q", "quit", "quit", "Quit", APP),
    Key("ctrl+z", "Ctrl+Z", "suspend_process", "",
        "Suspend: back to the shell, whose fg comes back here", APP),
    Key("ctrl+c", "Ctrl+C", "interrupt", "", "Says how to quit; twice quits", APP),
)  # fmt: skip
"""The keys of the main screen."""

EDITOR_KEYS = (
    Key("escape", "Esc", "leave", "leave the editor"),
    Key("ctrl+q", "Ctrl+Q", "quit", "quit"),
)
"""What the footer shows beside an editor, in which every other key is text."""

FILTER_KEYS = (Key("tab", "Tab", "stay", "filter or values"), *EDITOR_KEYS)
"""The same beside an editor of very many values."""

BROWSER_KEYS = (
    Key("up,k", "k Up", "choose(-1)", "up"),
    Key("down,j", "j Down", "choose(1)", "down"),
    Key("enter", "Enter", "open", "open"),
    Key("slash", "/", "filter", "filter"),
    Key("pagedown", "PgDn", "page(1)", "scroll the text"),
    Key("pageup", "PgUp", "page(-1)", ""),
    Key("escape", "Esc", "leave", "leave"),
    Key("question_mark,f1", "?", "help", "help"),
    Key("q,ctrl+q", "q", "app.quit", "quit"),
)

PAGE_KEYS = (
    Key("up,k", "k Up", "scroll(-1)", "up"),
    Key("down,j", "j Down", "scroll(1)", "down"),
    Key("pageup", "PgUp", "page(-1)", "page up"),
    Key("pagedown,space", "PgDn", "page(1)", "page down"),
    Key("g,home", "g Home", "scroll(-100000)", ""),
    Key("G,end", "G End", "scroll(100000)", ""),
    Key("escape,question_mark,f1,q,m", "Esc", "dismiss", "close"),
    Key("ctrl+q", "Ctrl+Q", "app.quit", ""),
)
