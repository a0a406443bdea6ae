"""What the trainer's slides say, from one agreement: the message, three questions, must and may, who shares with whom,
whom to ask, what to write down, and one scenario made of a real flow. Nothing in them is about a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from protocolbuilder.documents.brief import enough
from protocolbuilder.documents.guides_asking import staff_contacts
from protocolbuilder.documents.guides_staff import limits, powers, steps
from protocolbuilder.documents.picture_map import SLIDE, flow_map
from protocolbuilder.documents.picture_sharing import OTHER, Sharing, sharing
from protocolbuilder.documents.slides import Slide, every
from protocolbuilder.documents.slides_scenario import scenario
from protocolbuilder.documents.slides_sizes import fitted
from protocolbuilder.documents.source import Source
from protocolbuilder.domain.marks import MAY, MUST
from protocolbuilder.law.library import NOT_VERIFIED

MOST_ENDS: Final = 8  # that a slide's map names one by one
NOBODY: Final = "Nobody"
ROOM: Final = 150  # characters of a cell that lists names; the notes have all of them
PROTECT: Final = "You may share to protect someone."
NO_SIGNATURE: Final = (
    "No agreement and no signature? That never stops urgent and proportionate sharing to protect someone. Share what "
    "is needed, and no more."
)
SHORT: Final = "Whoever is not on the slide is in the notes of this slide and in the staff guide."


def slides(source: Source) -> tuple[Slide, ...]:
    """The deck in order, cut so that each slide can be read from the back of a room."""
    found = sharing(source.agreement, source.library, source.names, most=10_000)
    return every(
        [
            _opening(source), *_message(source), *_benefits(source), _questions(), _words(), *_law(source),
            *_limits(source), _map(source), *_matrix(found), *_asking(source), *scenario(source), _record(),
            *_steps(source), _closing(source),
        ]
    )  # fmt: skip


def _opening(source: Source) -> Slide:
    stamp = source.stamp
    made = f"{stamp.name}, {stamp.day}"
    old = f"Out of date: version {source.newer} replaced this. Use its slides." if source.newer else ""
    notes = (
        "Welcome. Say who you are and which partner you work for. These slides were made from the agreement named "
        f"here: {made}. They hold no case, and none should be told in the room. {old}"
    )
    points = tuple(filter(None, (old, "Training for staff of all partners", made)))
    return Slide(source.title or "Title not stated", notes.strip(), points=points, kind="opening")


def _message(source: Source) -> Iterator[Slide]:
    stated = str(source.message).replace("\a", "\n")
    notes = (
        "Read it out, twice. Ask: what stops people from doing this? Write the answers up; they are the barriers to "
        "work on. The law protects people who share in good faith to keep someone safe."
    )
    yield Slide("The one thing to know", notes, lead=PROTECT, points=(NO_SIGNATURE,), kind="message")
    if stated:
        yield Slide("Our message", "This is the partnership’s own message, word for word.", lead=stated, kind="message")


def _benefits(source: Source) -> Iterator[Slide]:
    found = source.agreement.answers.get("summary")
    said = found if isinstance(found, Mapping) else {}
    stated = said.get("benefits")
    good = [one for one in stated if isinstance(one, str)] if isinstance(stated, list) else []
    harm = said.get("not_sharing") if isinstance(said.get("not_sharing"), str) else ""
    if good:
        notes = f"What could go wrong without it: {harm}" if harm else "Ask the room for an example of each."
        yield Slide("What good it does", notes, points=tuple(good))


def _questions() -> Slide:
    notes = (
        "A yes to one is not a yes to the others. Most sharing under this agreement passes all three; that is what the "
        "agreement is for. The next slides give the answers. Data protection law is a way to share well, not a wall."
    )
    points = (
        "Is there a power in law to share this, or a duty?",
        "Does data protection law allow it? There is a lawful basis for each flow.",
        "If it was told in confidence: what lifts that?",
        "Then: is it needed, and no more than needed?",
    )
    return Slide("Three questions, and then one more", notes, points=points)


def _words() -> Slide:
    notes = (
        "Must and may are not degrees of one thing. A must leaves no choice once it fits. A may leaves the choice to "
        "the professional, who then has to decide and write down why, also when the answer is no."
    )
    points = (
        "Must: the law makes the sender share.",
        "May: the law lets the sender share. The sender decides.",
        "“Not verified”: nobody has yet checked this law against its source. Ask before you rely on it.",
    )
    return Slide("Must and may", notes, points=points)


def _law(source: Source) -> Iterator[Slide]:
    """The powers by what they do, musts first, each with those whom it is for."""
    for group in powers(source):
        rows = tuple((str(row.law), enough(row.who.each, ROOM)) for row in group.rows)
        said = " ".join(f"{row.law}: {row.who}. Flows {row.flows}." for row in group.rows)
        title, head = f"The law: {_lower(group.mark)}", ("Law", "Who")
        yield Slide(title, said, lead=group.meaning, head=head, rows=rows, share=(6, 5))


def _limits(source: Source) -> Iterator[Slide]:
    rows = tuple((str(row.law), enough(row.items.each, ROOM)) for row in limits(source))
    if rows:
        notes = "A limit on one fact does not stop anyone from sharing the rest. Ask before you pass these on."
        yield Slide("What the law limits", notes, head=("Law", "What it limits"), rows=rows, share=(6, 5))


def _map(source: Source) -> Slide:
    found = sharing(source.agreement, source.library, source.names, most=MOST_ENDS)
    picture = flow_map(found, SLIDE)
    which = {one.strength for one in found.strands}
    legend = [
        words
        for key, words in ((MUST, "Solid line: must"), (MAY, "Dashed: may"), (OTHER, "Dotted: neither is stated"))
        if key in which
    ]
    grouped = "Each box stands for all bodies of its kind. " if found.grouped else ""
    notes = f"{grouped}{picture.alt} In words: {' '.join(found.lines)}"
    return Slide("Who shares with whom", notes, lead=". ".join(legend) + "." if legend else "", picture=picture)


def _matrix(found: Sharing) -> Iterator[Slide]:
    """The protocol matrix, a row for each sender: whom it must tell, whom it may tell."""
    rows = []
    for sender in found.senders:
        mine = [one for one in found.strands if one.sender == sender]
        must, may = (_told(found, mine, key) for key in (MUST, MAY))
        rest = _told(found, mine, OTHER)
        may = " ".join(filter(None, (may, rest and f"Not stated whether: {rest}")))
        rows.append((found.ends[sender], must or NOBODY, may or NOBODY))
    if rows:
        notes = f"{SHORT} In full: {' '.join(found.lines)}"
        yield Slide("The matrix", notes, head=("From", "Must tell", "May tell"), rows=tuple(rows), share=(4, 3.2, 4))


def _told(found: Sharing, mine: list[Any], strength: str) -> str:
    told = [one for one in mine if one.strength == strength]
    named = [found.ends[one.recipient] + (f" ({NOT_VERIFIED})" if one.unsure else "") for one in told]
    return enough(named, ROOM // 2) if named else ""


def _asking(source: Source) -> Iterator[Slide]:
    rows = []
    for row in staff_contacts(source):
        first = row.contacts[0]
        whole = str(first.first).replace(" ", "\u00a0")  # a telephone number stays on one line
        rows.append((str(row.partner), str(first.post), whole))
    if rows:
        notes = (
            "One post for each partner is shown, without a name; the staff guide has all of them with names. Where "
            "nobody is named, ask that partner today. If someone may be in danger and nobody answers, share first."
        )
        head = ("Partner", "Post", "Reach")
        yield Slide("Who to ask", notes, head=head, rows=tuple(rows), share=fitted(head, *rows))


def _record() -> Slide:
    notes = "A decision not to share is a decision too: write it down in the same way, with the reason."
    points = (
        "What you were asked, by whom, and when",
        "What you decided, and why",
        "What you sent, to whom, how, and when",
        "What is fact, and what is opinion",
        "Whether the person was told; if not, why not",
    )
    return Slide("What to write down", notes, points=points)


def _steps(source: Source) -> Iterator[Slide]:
    rows = tuple((str(row.within or "Not stated"), str(row.step), str(row.to)) for row in steps(source))
    if rows:
        notes = "Keep the person safe at each step, and write each step down. Nobody is blamed for going up a step."
        head = ("Within", "What to do", "Who to go to")
        yield Slide("If nobody answers", notes, head=head, rows=rows, share=(2.3, 6.2, 3.9))


def _closing(source: Source) -> Slide:
    notes = "Give out the staff guide. Ask each person to name one thing that they will do differently from tomorrow."
    points = ("Ask early. Share what is needed. Write it down.", "The staff guide has every flow, and who to ask.")
    return Slide("To take away", notes, lead=str(source.message).replace("\a", "\n") or PROTECT, points=points)


def _lower(mark: str) -> str:
    return mark[:1].lower() + mark[1:]
