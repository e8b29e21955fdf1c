"""A trace as data, as the contract has it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any

import pytest
from backprop_tui.engine import BackpropError, Trace, load_bundled, parse, trace
from backprop_tui.engine.export import json as json_format
from backprop_tui.engine.export.json import lines, parts
from backprop_tui.tui.session.opening import open_session
from hypothesis import given

from noted import noted
from programs import traces

Document = dict[str, Any]
NUMBER = float | str
"""A number, or the string of one that is not finite."""
SHAPES: dict[str, dict[str, Any]] = {
    "document": {
        "format": str, "version": int, "program": str, "values": dict, "wrt": list, "output": str,
        "value": NUMBER, "gradient": dict, "nodes": list, "steps": list, "problems": list,
    },
    "node": {
        "id": int, "label": str, "name": str | None, "kind": str, "op": str | None,
        "inputs": list, "text": str | None, "value": NUMBER, "active": bool,
        "adjoint": NUMBER | None,
    },
    "step": {"step": int, "node": int, "adjoint": NUMBER, "contributions": list},
    "contribution": {
        "slot": int, "to": int, "rule": str, "formula": str, "partial": NUMBER, "amount": NUMBER,
        "before": NUMBER, "after": NUMBER, "complete": bool, "note": str | None,
    },
    "problem": {"node": int, "phase": str, "kind": str, "message": str},
}  # fmt: skip
CONTRACT = {
    "format": "backprop-tui/trace", "version": 1, "program": "(4*x + 1)^2",
    "values": {"x": 1.0}, "wrt": ["x"], "output": "g", "value": 25.0, "gradient": {"x": 40.0},
}  # fmt: skip
CONTRACT_NODE = {
    "id": 2, "label": "c", "name": None, "kind": "operation", "op": "*", "inputs": [0, 1],
    "text": "4*x", "value": 4.0, "active": True, "adjoint": 10.0,
}  # fmt: skip
CONTRACT_SENT = {
    "slot": 0, "to": 4, "rule": "power rule", "formula": "f*e^(f - 1)", "partial": 10.0,
    "amount": 10.0, "before": 0.0, "after": 10.0, "complete": True, "note": None,
}  # fmt: skip
"""The example that the contract prints."""
KINDS = ("constant", "variable", "fixed", "operation")


def check(entry: Document, shape: str) -> None:
    """Every key of the contract is there, with its type; more keys may be."""
    for key, kind in SHAPES[shape].items():
        assert isinstance(entry[key], kind), key
        if kind is NUMBER and isinstance(entry[key], str):
            assert entry[key] in ("nan", "inf", "-inf")


@given(traces())
def test_document_has_the_keys_and_types_of_the_contract(result: Trace) -> None:
    document = result.to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    check(document, "document")
    for node in document["nodes"]:
        check(node, "node")
        assert node["kind"] in KINDS
    for step in document["steps"]:
        check(step, "step")
        for sent in step["contributions"]:
            check(sent, "contribution")
    for problem in document["problems"]:
        check(problem, "problem")
        assert ("slot" in problem) == (problem["phase"] == "backward")


@given(traces())
def test_program_parses_back_to_the_same_graph(result: Trace) -> None:
    document = result.to_dict()
    assert parse(document["program"], document["values"]) == result.graph


@given(traces())
def test_document_tells_what_the_trace_holds(result: Trace) -> None:
    document, graph = result.to_dict(), result.graph
    assert [node["id"] for node in document["nodes"]] == list(range(len(graph)))
    assert [node["inputs"] for node in document["nodes"]] == [[*n.operands] for n in graph.nodes]
    assert document["output"] == graph.ref(graph.output)
    assert document["wrt"] == list(document["gradient"]) == list(result.gradient)
    assert list(document["values"]) == list(graph.variables)
    assert numbers(document["gradient"].values()) == numbers(result.gradient.values())
    assert numbers(n["value"] for n in document["nodes"]) == numbers(result.values)
    for node in document["nodes"]:
        assert (node["adjoint"] is not None) == node["active"]
        leaf = "variable" if node["name"] in document["wrt"] else "fixed"
        kind = "operation" if node["op"] else leaf if node["name"] in document["values"] else None
        assert node["kind"] == (kind or "constant")


def numbers(values: Iterable[float | str]) -> list[str]:
    """Numbers as text, so that nan equals nan."""
    return [repr(float(value)) for value in values]


def adjoints_after(document: Document, steps: int) -> dict[int, float]:
    """The adjoint of every node by the contributions of the first steps."""
    output = next(n["id"] for n in document["nodes"]
                  if document["output"] in (n["name"] or n["label"], n["label"]))  # fmt: skip
    found = {n["id"]: 0.0 for n in document["nodes"] if n["active"]}
    found |= {output: 1.0} if output in found else {}
    for step in document["steps"][:steps]:
        for sent in step["contributions"]:
            found[sent["to"]] += float(sent["amount"])
    return found


@given(traces())
def test_at_a_step_the_steps_stop_there_and_the_rest_is_final(result: Trace) -> None:
    document = result.to_dict()
    for k in range(len(document["steps"]) + 1):
        part = result.to_dict(at=k)
        assert part["steps"] == document["steps"][:k]
        adjoints = {n["id"]: n["adjoint"] for n in part["nodes"] if n["active"]}
        want = adjoints_after(document, k)
        assert list(adjoints) == list(want)
        assert numbers(adjoints.values()) == numbers(want.values())
        for key in document.keys() - {"steps", "nodes"}:
            assert part[key] == document[key]


@pytest.mark.parametrize("at", [-1, 4, 100])
def test_a_step_out_of_range_is_refused(at: int) -> None:
    with pytest.raises(BackpropError, match=f"step {at}"):
        trace("(4*x+1)^2", {"x": 1}).to_dict(at=at)


def test_contract_example_reads_as_the_contract_prints_it() -> None:
    document = trace("(4*x+1)^2", {"x": 1}).to_dict()
    for key, value in CONTRACT.items():
        assert document[key] == value
    node, step = document["nodes"][2], document["steps"][0]
    assert {key: node[key] for key in CONTRACT_NODE} == CONTRACT_NODE
    assert step == {"step": 1, "node": 6, "adjoint": 1.0, "contributions": [CONTRACT_SENT]}


def test_kinds_of_leaves() -> None:
    document = trace("2*x*y + e", {"x": 1, "y": 1}, ["x"]).to_dict()
    kinds = {node["text"]: node["kind"] for node in document["nodes"]}
    assert kinds["2"] == kinds["e"] == "constant"
    assert (kinds["x"], kinds["y"]) == ("variable", "fixed")
    assert kinds["2*x*y"] == "operation"


def test_numbers_that_are_not_finite_are_strings() -> None:
    document = trace("ln(x) + 0/y", {"x": 0, "y": 0}).to_dict()
    assert document["value"] == "nan"
    assert "-inf" in [node["value"] for node in document["nodes"]]
    assert document["problems"][0]["message"] == "ln(0) is -inf"


def text_of_output(result: Trace) -> str | None:
    text: str | None = result.to_dict()["nodes"][result.graph.output]["text"]
    return text


def test_text_is_null_beyond_a_thousand_characters() -> None:
    long = "x + " * 249 + "x"
    assert text_of_output(trace(f"{long} + xy", {"x": 1, "xy": 1})) is None
    assert text_of_output(trace(long, {"x": 1})) == long
    assert text_of_output(trace(f"t = {long}; t + t", {"x": 1})) == "t + t"


def test_text_of_an_output_is_its_expression_though_it_has_a_name() -> None:
    document = trace("t = x^2; u = t + t*x", {"x": 1}).to_dict()
    texts = {node["name"]: node["text"] for node in document["nodes"] if node["name"]}
    assert texts == {"x": "x", "t": "x^2", "u": "t + t*x"}
    assert document["output"] == "u"


@pytest.mark.parametrize("name", ["square", "neurons", "overflow", "regression-data", "constant"])
def test_the_text_that_is_printed_as_it_is_made_is_the_whole_document(name: str) -> None:
    found = open_session(load_bundled(name)).trace
    for at in (None, 0, 1):
        document = found.to_dict(at)
        text = "\n".join(lines(parts(found, at)))
        assert text == json.dumps(document, ensure_ascii=False, indent=1)


def test_a_step_is_made_when_it_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    made, step = noted(json_format._step)
    monkeypatch.setattr(json_format, "AT_ONCE", 5)
    monkeypatch.setattr(json_format, "_step", step)
    found = trace(" + ".join(["x"] * 50), {"x": 1.0})
    text = lines(parts(found))
    before = next(line for line in text if line.startswith(' "steps"'))
    assert (before, len(made)) == (' "steps": [', 10)
    assert all(line.startswith("  {") for line in islice(text, 3))
    assert len(made) == 25
    assert list(text)[-1] == "}"
    assert len(made) == 49
