"""The words of the product, one idea each, the rules of its language, what large graphs do."""

from __future__ import annotations

from ...drawings.extent import MOST_BOXES, MOST_WIRES
from ...session.large import LARGE
from ...session.parts import LONGEST, MOST_VALUES

GLOSSARY = [
    ("node", "A number that the program computes or is given: a constant, a variable or the result "
             "of one operation. Each has a label (a, b, c …); variables and named statements also "
             "have a name."),
    ("operand", "A node from which an operation computes. The operation is its user. x*x uses x in "
                "two slots, so two edges lead to the one node x."),
    ("forward pass", "Computing the value of every node, operands before users."),
    ("partial", "The local partial derivative ∂user/∂operand: how fast one operation's result "
                "changes with one of its operands. It needs forward values only."),
    ("adjoint", "∂output/∂node: how fast the output changes with a node. It is none yet, then "
                "partial (k of n contributions received), then complete."),
    ("contribution", "What a visited node sends to one operand: its own adjoint times the local "
                     "partial. The operand adds it to what it has so far."),
    ("later derivative", "A factor known from steps of the sweep already done: the adjoint of the "
                         "node that sends. Later means nearer to the output."),
    ("forward value", "A factor known from the forward pass alone: the local partial."),
    ("chain rule", "Along one edge: adjoint of the user times the local partial. Over all edges "
                   "to a node their sum: that is the node's adjoint."),
    ("backpropagation", "The algorithm: visit the nodes from the output backwards, each once, "
                        "after all its users, so that every adjoint is complete before it is "
                        "used. It is more than the chain rule, which says nothing about order."),
    ("gradient descent", "Another thing: it uses the gradient to change the variables a little, so "
                         "that the output falls. Backpropagation only finds the gradient."),
    ("update, rate η", "One move of gradient descent: every parameter θ becomes θ − η·∂C/∂θ, or "
                       "what momentum and Adam make of it. The learning rate η says how far."),
    ("mini-batch", "Some rows of the data, of which one update takes the mean gradient; an epoch "
                   "goes through all rows once. The cost shown is the mean over all rows."),
    ("gradient", "The adjoints of the leaves differentiated by, when the sweep is complete."),
    ("sweep, step", "The sweep is the whole backward pass; step k visits its k-th node; step 0 is "
                    "the seed."),
    ("seed", "The output's own adjoint: ∂output/∂output = 1."),
    ("active", "On a path from a leaf differentiated by to the output. Only active nodes are "
               "visited or receive anything."),
    ("call, group", "A use of a function that the program defines: its nodes are one group, which "
                    "folds into its output."),
    ("held fixed", "A variable that is not differentiated by, such as the input of a network while "
                   "its weights are learnt."),
    ("frontier", "The unvisited active nodes that have received something: the output has been "
                 "differentiated so far as a function of these."),
    ("weight, bias", "w^l_jk leads to neuron j of layer l from neuron k of layer l − 1; b^l_j is "
                     "added there. Together they are the parameters: what is differentiated by."),
    ("weighted sum z", "z^l_j = Σ w^l_jk·a^(l−1)_k + b^l_j, before the activation."),
    ("activation a", "a^l_j = σ(z^l_j): what a neuron gives to the next layer; a^1 is the input."),
    ("cost C", "How far the outputs are from the target, as one number; over several samples their "
               "mean, or their sum where the file says so, over rows of data the mean. It is the "
               "output of a network's graph."),
    ("δ", "δ^l_j = ∂C/∂z^l_j, from which the derivatives by the weights and the bias follow."),
    ("surgery", "What turns the picture of neurons into the computation graph: every weight and "
                "bias becomes a node of its own, every product and sum too."),
    ("problem", "A first cause: a value or contribution that is not finite although all it was "
                "made from is, or nan made of the constant inf."),
    ("saturated, dead", "A node whose partial is nearly or exactly 0 at these values: nothing "
                        "passes. A neuron is lost for training only if it is so for every sample."),
    ("verdict", "What second opinions say of a gradient. agree: it is the derivative. kink: the "
                "slopes of the two sides differ, and it lies between them. undefined: there is no "
                "derivative. imprecise: terms cancel to rounding errors, as at a minimum. lost: "
                "the rules are right, but the digits went on the way. differ: a formula, a sum or "
                "a convention is at fault."),
]  # fmt: skip

ACTIVATIONS = [
    ("identity, linear", "z"),
    ("sigmoid", "1/(1 + e^-z)"),
    ("tanh", "tanh(z)"),
    ("relu", "max(z, 0)"),
    ("leaky_relu", "max(z, 0.01z)"),
    ("elu", "where(z > 0, z, e^z - 1)"),
    ("softplus", "ln(1 + e^z)"),
    ("silu", "z/(1 + e^-z)"),
    ("gelu", "z*(1 + erf(z/sqrt(2)))/2"),
    ("softmax", "e^z over the sum of e^z of the layer; in the last layer only"),
]
"""What each activation gives, in the language as far as it goes."""
COSTS = [
    ("squared error", "sum of (a - y)^2"),
    ("half squared error", "half the sum of (a - y)^2"),
    ("mean squared error", "mean of (a - y)^2"),
    ("binary cross entropy", "sum of -(y*ln(a) + (1 - y)*ln(1 - a)); after a sigmoid from z, as "
                             "softplus(z) - y*z"),
    ("cross entropy", "sum of -(y*ln(a)), after a softmax, from z: y*(logsumexp(z1, z2) - z), of "
                      "all weighted sums of the layer"),
    ("huber", "sum of where(|a - y| < 1, (a - y)^2/2, |a - y| - 1/2)"),
    ("log cosh", "sum of ln(cosh(a - y))"),
]  # fmt: skip
"""What each cost of one sample is, over the outputs a and their targets y."""
DESCENTS = [
    ("plain", "θ ← θ − ηg, with the gradient g and the rate η"),
    ("momentum", "v ← 0.9v + g, θ ← θ − ηv, v being 0 at first"),
    ("adam", "m ← 0.9m + 0.1g, v ← 0.999v + 0.001g², θ ← θ − η·m/(1 − 0.9ᵏ)/(√(v/(1 − 0.999ᵏ)) + "
             "1e−8) at update k"),
]  # fmt: skip

LANGUAGE = [
    ("statements", "one a line or separated by ;   name = expression names a node; the last is the "
                   "output; # starts a comment"),
    ("operators", "+ - * / ^ (or **), |x|; ^ groups from the right and binds tighter than a sign: "
                  "-x^2 is -(x^2), 2^3^2 is 2^(3^2)"),
    ("comparisons", "< <= > >= == != bind looser than + and give 1 or 0; (a < b)*(b < c) where "
                    "both must hold"),
    ("choices", "where(c, a, b) is a where c is not 0 (nan is not), else b. c is no edge of the "
                "sweep: nothing is sent to it; what is not taken is sent exactly 0"),
    ("products", "4x, 2sin(x), 3(x + 1), (a)(b) multiply; 1/2x is (1/2)*x; xy is one name"),
    ("powers", "sin²(x) and sin^2(x) are sin(x)^2; the inverse of sin is asin"),
    ("functions", "f(x) = 7x + 3 defines one, without a node; f(t) puts the body in its place, t "
                  "where x stands; names in it mean what they mean at the call; a last definition "
                  "is the output. The nodes of a call are a group: Enter folds it"),
    ("logarithms", "log and ln are natural; log(x, b) has base b; log10 and log2 exist"),
]  # fmt: skip

CONVENTIONS = [
    ("numbers", "IEEE 754 doubles: overflow is inf, an undefined real result is nan, and both "
                "travel on from the node where they arose"),
    ("undefined", "an operation without a value has no partials either: ln(-1) is nan, and so is "
                  "its partial"),
]  # fmt: skip

LARGE_GRAPHS = [
    ("opening", f"what takes a while is opened beside the screen, which says how far it has come; "
                f"Esc leaves. With more than {LARGE:,} nodes another tree, drawing or program is "
                f"made there too: keys that need it come after it, in order"),
    ("drawings", f"{MOST_BOXES} boxes and {MOST_WIRES:,} wires at most: what is left out is "
                 f"counted above, − shows more, select another node to see what is around it"),
    ("editors", f"more than {MOST_VALUES} values are chosen by a filter, of parts of names or "
                f"patterns such as w2_1_*; of a program of more than {LONGEST:,} characters the "
                f"part around the selected node is edited. What is not shown stays as it is"),
]  # fmt: skip
