"""The family of documents that is made of one agreement: a row each, under the name that people ask for it by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from protocolbuilder.documents import (
    certificate,
    changed_for,
    controllers,
    delta,
    flow_table,
    forms,
    guides,
    guides_staff,
    joint_arrangement,
    legal_annex,
    matrix,
    pack,
    pdf,
    policy_document,
    privacy_wording,
    processing_record,
    review,
    slides_pptx,
    summary,
    what_to_record,
    word,
)
from protocolbuilder.documents.document import Document, Maker, Shapes, only
from protocolbuilder.documents.source import Source
from protocolbuilder.domain.agreement import to_json
from protocolbuilder.domain.schema import Schema
from protocolbuilder.errors import BadFile, NotFound

BESIDE: Final[Mapping[str, Shapes]] = MappingProxyType(
    {"changes": changed_for.SHAPE, "certificate": certificate.SHAPE}
)
"""Templates of what is made of two versions, or of the signing of one, and so is no document of one."""


def make(what: str, source: Source, as_: str = "", *, office: str = "") -> bytes:
    """The document, in its first form where `as_` is "". `office`: the setting of that name, for PDF.

    Raises NotFound where there is none of that name or for that partner, BadFile, with one clear line, where it has no
    such form or is not made of this agreement; and for PDF what `pdf.converted` raises.
    """
    document = FAMILY.get(what)
    if document is None:
        raise NotFound(f"There is no document called “{what[:60]}”. There are: {', '.join(FAMILY)}.")
    form = document.printed if as_ == "pdf" else as_ or next(iter(document.forms))
    maker = {str(one): made for one, made in document.forms.items()}.get(str(form))
    if maker is None:
        raise BadFile(f"The document “{what}” is made as {' or '.join(document.all_forms)}, not as {as_[:20]}.")
    if reason := document.lacking(source):
        raise BadFile(reason)
    if source.party and source.party not in document.per_party(source):
        raise NotFound(f"The document “{what}” is not made for “{source.party[:60]}”.")
    made = maker(source)
    return pdf.converted(made, document.printed, setting=office) if as_ == "pdf" and document.printed else made


def applies(document: Document, source: Source) -> bool:
    """Whether it is made of this agreement."""
    return not document.lacking(source)


def made_of(source: Source) -> tuple[Document, ...]:
    """Every document that is made of this agreement, in the order of the family."""
    return tuple(document for document in FAMILY.values() if applies(document, source))


def shapes(schema: Schema) -> Mapping[str, Shapes]:
    """What each template may say that does not print a whole schema, by the template's name without version."""
    made = {row.template: row.shape(schema) for row in FAMILY.values() if row.template}
    return {**made, **BESIDE}


def shape_of(template: str, schema: Schema) -> Shapes:
    """The same for one template that does not print a whole schema. Raises KeyError where there is none."""
    if template in BESIDE:
        return BESIDE[template]
    return {row.template: row for row in FAMILY.values() if row.template}[template].shape(schema)


def _whole(what: word.What) -> Maker:
    return lambda s: word.render(
        what, s.schema, s.answers, s.library, s.stamp, template=s.template(s.schema.id), parent=s.parent
    )


def _matrix(as_: matrix.As) -> Maker:
    def made(s: Source) -> bytes:
        template = s.template(matrix.TEMPLATE) if as_ == "docx" else b""
        return matrix.render(s.schema, s.agreement, s.library, s.stamp, as_=as_, template=template)

    return made


def _review(source: Source) -> bytes:
    s = source
    return review.render(
        s.schema, s.agreement, s.library, s.stamp, findings=s.findings, on=s.on, template=s.template(review.TEMPLATE),
        consulted=s.consulted,
    )


def _data(source: Source) -> bytes:
    return to_json(source.answers).encode("utf-8")


def _shape(said: Shapes) -> Callable[[Schema], Shapes]:
    return lambda schema: said


def pieces(source: Source, forms: Callable[[Document], Iterable[str]]) -> tuple[pack.Piece, ...]:
    """All that a pack holds: every document in each of these forms of it, and what is made for a partner alone once for
    each."""
    rows = [row for row in made_of(source) if row.what != "pack"]
    alone = {row.what: row.per_party(source) for row in rows}
    parties = dict.fromkeys(one for named in alone.values() for one in named)
    return tuple(
        pack.Piece(row.what, row.title, row.use, as_, party)
        for party in ("", *parties) for row in rows if not party or party in alone[row.what] for as_ in forms(row)
    )  # fmt: skip


def _pack(source: Source) -> bytes:
    found = pieces(source, lambda row: row.forms)
    return pack.render(source, [(one, make(one.what, replace(source, party=one.party), one.as_)) for one in found])


_ROWS: Final = (
    Document(
        "agreement", "Information sharing agreement", "The whole agreement, to read, to sign and to keep.",
        {"docx": _whole("agreement")}, lacking=only("agreement"),
    ),
    Document(
        "delta", "What the agreement adds", "What it adds to its protocol or says otherwise; the rest by number.",
        {"docx": delta.render}, lacking=delta.lacking,
    ),
    Document(
        "protocol", "Overarching protocol", "The whole protocol, to read, to sign and to keep.",
        {"docx": _whole("protocol")}, lacking=only("protocol"),
    ),
    Document(
        "matrix", "Protocol matrix", "Who shares what with whom, and under which legal power: must or may.",
        {form: _matrix(form) for form in ("docx", "xlsx", "csv", "html")},
        template="matrix", shape=matrix.shape, lacking=only("agreement"),
    ),
    Document(
        "summary", "Summary", "One page: what is shared, with whom, why and for how long.",
        {"docx": summary.render}, template="summary", shape=_shape(summary.SHAPE), lacking=only("agreement"),
    ),
    Document(
        "legal-annex", "Legal annex", "What each provision does and does not do, must or may, for whom and how far.",
        {"docx": legal_annex.render}, template="legal-annex", shape=_shape(legal_annex.SHAPE),
        lacking=only("agreement"),
    ),
    Document(
        "flow-table", "Flow reference table", "Every flow in one row: who, what, why, under which law, how, how long.",
        {"docx": flow_table.render}, template="flow-table", shape=_shape(flow_table.SHAPE), lacking=only("agreement"),
    ),
    Document(
        "what-to-record", "What to record", "One page for staff: a request, a decision to share, a decision not to.",
        {"docx": what_to_record.render}, template="what-to-record", shape=_shape(what_to_record.SHAPE),
        lacking=only("agreement"),
    ),
    Document(
        "request-form", "Request form", "A blank form to ask another partner for information.",
        {"docx": forms.request}, template="request-form", shape=_shape(forms.SHAPE), lacking=only("agreement"),
    ),
    Document(
        "decision-form", "Decision form", "A blank form to record a decision to share or not to share.",
        {"docx": forms.decision}, template="decision-form", shape=_shape(forms.SHAPE), lacking=only("agreement"),
    ),
    Document(
        "joint-arrangement", "Arrangement between joint controllers", "Who does what towards people (Article 26).",
        {"docx": joint_arrangement.render}, template="joint-arrangement", shape=_shape(joint_arrangement.SHAPE),
        lacking=joint_arrangement.lacking,
    ),
    Document(
        "privacy-wording", "Privacy notice wording", "Words for each partner’s privacy notice, from the flows.",
        {"docx": privacy_wording.render}, template="privacy-wording", shape=_shape(privacy_wording.SHAPE),
        lacking=only("agreement"), per_party=controllers.controller_ids,
    ),
    Document(
        "policy-document", "Appropriate policy document", "A draft for each controller that needs one.",
        {"docx": policy_document.render}, template="policy-document", shape=_shape(policy_document.SHAPE),
        lacking=policy_document.lacking, per_party=policy_document.needed,
    ),
    Document(
        "processing-record", "Record of processing", "What each partner takes into its Article 30 record.",
        {"docx": processing_record.docx, "xlsx": processing_record.xlsx},
        template="processing-record", shape=_shape(processing_record.SHAPE), lacking=only("agreement"),
        per_party=processing_record.recorded,
    ),
    Document(
        "staff-guide", "Staff guide", "For practitioners: what the law lets them do, whom to ask, each flow, and how.",
        {"docx": guides_staff.render}, template="staff-guide", shape=_shape(guides_staff.SHAPE),
        lacking=only("agreement"), per_party=guides_staff.parties,
    ),
    Document(
        "family-guide", "Guide for families", "For parents, carers and adults: who may know what, why, can I say no.",
        {"docx": guides.family}, template="family-guide", shape=_shape(guides.FAMILY_SHAPE), lacking=only("agreement"),
    ),
    Document(
        "young-guide", "Guide for young people", "The same for children and young people, in the plainest words.",
        {"docx": guides.young}, template="young-guide", shape=_shape(guides.YOUNG_SHAPE), lacking=guides.no_children,
    ),
    Document(
        "slides", "Trainer’s slides", "For a room: must and may, the matrix, whom to ask, one worked scenario.",
        {"pptx": slides_pptx.render}, lacking=only("agreement"),
    ),
    Document(
        "review", "Reviewer’s report", "What the review finds that nobody has accepted, and how to put it right.",
        {"docx": _review}, template="review", shape=_shape(review.SHAPE),
    ),
    Document("pack", "Toolkit pack", "All of these in one file, with a page that lists them.", {"zip": _pack}),
    Document("data", "Data", "The answers, to take to another copy of this program.", {"json": _data}),
)  # fmt: skip

FAMILY: Final[Mapping[str, Document]] = MappingProxyType({row.what: row for row in _ROWS})
