"""The runner works out expressions as the host does."""

from __future__ import annotations

from tests.workflows.runner import filled


def test_expressions_are_worked_out_as_the_host_does():
    contexts = {
        "github": {
            "event": {
                "issue": {
                    "labels": [{"name": "a"}, {"name": "b"}],
                    "body": "${{ github.x }}",
                    "number": 1,
                }
            }
        },
        "inputs": {"compare": False},
    }
    assert filled("${{ github.event.issue.body }}", contexts) == "${{ github.x }}"
    assert filled("${{ contains(github.event.issue.labels.*.name, 'b') }}", contexts) == "true"
    assert filled("${{ github.nothing.at.all }}", contexts) == ""
    assert filled("${{ !inputs.compare && github.nothing == 'x' }}", contexts) == "false"
    assert filled("${{ github.event.issue.number }}", contexts) == "1"
