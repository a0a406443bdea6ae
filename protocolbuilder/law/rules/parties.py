"""Family A: partners and roles."""

from __future__ import annotations

from collections.abc import Iterator

from protocolbuilder.law.case import Case
from protocolbuilder.law.findings import Hit, rule


@rule("R06", "flow-party-undeclared", "error", source="ICO Data Sharing Code of Practice")
def flow_party_undeclared(case: Case) -> Iterator[Hit]:
    """Every organisation in the sharing is identified: an end of a flow is a partner or an other.

    ICO Data Sharing Code of Practice: the agreement names all organisations involved.
    """
    for flow in case.flows:
        for end in ("from", "to"):
            for key in flow.row.get(end, ()):
                if key not in case.parties:
                    text = f"This flow names “{key}”, which is not a partner."
                    yield Hit(flow.at(end), text, "Add the partner, or choose another.")
