"""The table of all kinds of damage, in the order of the catalogue (hub-cache-format 8)."""

from damage import Damage
from damages_content import content
from damages_refs import refs
from damages_structure import structure


def all_damages() -> list[Damage]:
    return [*content.rows, *structure.rows, *refs.rows]


def kinds(damages: list[Damage]) -> int:
    """How many different cases of the catalogue the rows cover."""
    return len({damage.case for damage in damages})
