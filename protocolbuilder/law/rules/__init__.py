"""The review rules, one module a family. Importing the package registers them all."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from protocolbuilder.law.rules import parties, purpose

FAMILIES: Final[tuple[ModuleType, ...]] = (parties, purpose)
