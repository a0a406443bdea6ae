"""What acts of signing are done with at this copy, and who does them."""

from __future__ import annotations

from protocolbuilder.domain.trail import Actor
from protocolbuilder.keys import trail_key
from protocolbuilder.store.signing import Means
from protocolbuilder.web.access import visitor, who
from protocolbuilder.web.accounts_ways import site
from protocolbuilder.web.running import running


def means() -> Means:
    """The key of the trail is made when it is first asked for."""
    settings = running().settings
    domain = settings.mail.sender.partition("@")[2] or "localhost"
    return Means(trail_key(settings), site(), domain, running().new_id)


def actor() -> Actor:
    """Whoever is signed in, with their post and organisation as they are now."""
    there = visitor()
    own = there.organisation.name if there and there.organisation else ""
    return Actor(there.person.id, there.person.signature, own) if there else Actor(name=who())
