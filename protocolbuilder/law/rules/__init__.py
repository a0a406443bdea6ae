"""The review rules, one module a family. Importing the package registers them all."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from protocolbuilder.law.rules import (
    bases,
    change,
    confidence,
    gateway_limits,
    gateways,
    language,
    law_enforcement,
    must_and_may,
    parties,
    people,
    purpose,
    retention,
    security,
    special_data,
    transparency,
    whole,
)

FAMILIES: Final[tuple[ModuleType, ...]] = (
    parties,
    purpose,
    gateways,
    must_and_may,
    gateway_limits,
    bases,
    special_data,
    law_enforcement,
    confidence,
    transparency,
    retention,
    security,
    change,
    language,
    people,
    whole,
)
