"""How the styles of a Word file look, with what they inherit; and what of that is readable enough to be taken over."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from protocolbuilder.documents.visible import W

CONTRAST: Final = 4.5  # to 1: WCAG 2.2, 1.4.3
WHITE: Final = "FFFFFF"
SHADED: Final = "F3F2F1"  # behind the heads of our tables
BODY: Final = (24, 28)  # half points: 12 to 14
HEADING: Final = (24, 80)
LARGE: Final = 28
HEADINGS: Final = ("title", "subtitle", "toc heading", "heading 1", "heading 2", "heading 3")
SHOWN: Final = {"normal": "body text", "toc heading": "heading of the contents"}
_FONT: Final = re.compile(r"[\w][\w .'+&-]{0,59}")
_COLOUR: Final = re.compile(r"[0-9A-Fa-f]{6}")
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_THEME_NAMES: Final = {
    "text1": "dk1", "dark1": "dk1", "text2": "dk2", "dark2": "dk2", "background1": "lt1", "light1": "lt1",
    "background2": "lt2", "light2": "lt2", "hyperlink": "hlink", "followedHyperlink": "folHlink",
}  # fmt: skip
_PROPERTIES: Final = ("rFonts", "b", "bCs", "i", "iCs", "caps", "color", "sz", "szCs", "u", "lang")
"""Of those that are set here, in the order that the format wants."""


@dataclass(frozen=True, slots=True)
class Look:
    """What is stated; "" , 0 and None for what is not. `size` in half points, `colour` as RRGGBB."""

    font: str = ""
    size: int = 0
    colour: str = ""
    bold: bool | None = None
    italic: bool | None = None

    def over(self, below: Look) -> Look:
        """This look where it states something, else the one below it."""
        return Look(
            self.font or below.font, self.size or below.size, self.colour or below.colour,
            below.bold if self.bold is None else self.bold, below.italic if self.italic is None else self.italic,
        )  # fmt: skip


class Looks:
    """The styles of a file, by name in lower case, each with what it inherits."""

    def __init__(self, styles: Any, theme: Any) -> None:
        self._theme = theme
        self._by_id = {one.get(f"{W}styleId", ""): one for one in styles.iter(f"{W}style")}
        self.ids = {_name(one): key for key, one in self._by_id.items()}
        defaults = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        self._defaults = self.stated(defaults)

    def of(self, style_id: str) -> Look:
        """What text of a style looks like, the document's defaults included."""
        found = Look()
        for style in self.chain(style_id):
            found = found.over(self.stated(style.find(f"{W}rPr")))
        return found.over(self._defaults)

    def chain(self, style_id: str) -> Iterator[Any]:
        """The style and those it is based on."""
        seen: set[str] = set()
        while style_id in self._by_id and style_id not in seen:
            seen.add(style_id)
            yield self._by_id[style_id]
            base = self._by_id[style_id].find(f"{W}basedOn")
            style_id = base.get(f"{W}val", "") if base is not None else ""

    def stated(self, properties: Any) -> Look:
        """What run properties say, themes resolved."""
        if properties is None:
            return Look()
        return Look(
            self._font(properties.find(f"{W}rFonts")), _size(properties.find(f"{W}sz")),
            self.colour(properties.find(f"{W}color")), _switch(properties.find(f"{W}b")),
            _switch(properties.find(f"{W}i")),
        )  # fmt: skip

    def _font(self, fonts: Any) -> str:
        if fonts is None:
            return ""
        named = fonts.get(f"{W}asciiTheme", "")
        if named and self._theme is not None:
            kind = "majorFont" if named.startswith("major") else "minorFont"
            latin = self._theme.find(f".//{_A}fontScheme/{_A}{kind}/{_A}latin")
            said = latin.get("typeface", "") if latin is not None else ""
        else:
            said = fonts.get(f"{W}ascii", "") or fonts.get(f"{W}hAnsi", "")
        return said if _FONT.fullmatch(said) else ""

    def colour(self, element: Any, kind: str = "val") -> str:
        """RRGGBB of an element, or "" for none or automatic. `kind`: `val` of text, `color` of a line, or `fill`."""
        if element is None:
            return ""
        said = element.get(f"{W}{kind}", "").upper()
        stated = said if _COLOUR.fullmatch(said) else ""
        named, changed = ("themeFill", "themeFill") if kind == "fill" else ("themeColor", "theme")
        found = self._of_theme(element.get(f"{W}{named}", ""))
        if not found or stated.strip("0"):  # Word writes what the theme comes to beside it; other programs write black
            return stated
        return _changed(found, element.get(f"{W}{changed}Tint", ""), element.get(f"{W}{changed}Shade", ""))

    def _of_theme(self, named: str) -> str:
        if not named or named == "none" or self._theme is None:
            return ""
        holder = self._theme.find(f".//{_A}clrScheme/{_A}{_THEME_NAMES.get(named, named)}")
        for one in holder if holder is not None and re.fullmatch(r"[A-Za-z0-9]+", named) else ():
            said = one.get("lastClr") or one.get("val", "")
            if _COLOUR.fullmatch(said):
                return str(said).upper()
        return ""


def _name(style: Any) -> str:
    name = style.find(f"{W}name")
    return name.get(f"{W}val", "").lower() if name is not None else ""


def _size(element: Any) -> int:
    said = element.get(f"{W}val", "") if element is not None else ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 0


def _switch(element: Any) -> bool | None:
    return None if element is None else element.get(f"{W}val", "1") not in ("0", "false", "off")


def _changed(colour: str, tint: str, shade: str) -> str:
    """A theme's colour made lighter or darker, as Word does."""
    try:
        factor = int(tint or shade or "FF", 16) / 255
    except ValueError:
        return colour
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, strong = colorsys.rgb_to_hls(red, green, blue)
    light = light * factor + (1 - factor) if tint else light * factor
    return "".join(f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, strong))


def contrast(one: str, other: str) -> float:
    """Between two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(name: str, look: Look) -> tuple[Look, tuple[str, ...]]:
    """What of a look is taken over for our style of that name, and a line for each thing that is not."""
    told, called = [], f"“{SHOWN.get(name, name)}”"
    behind = WHITE if name in HEADINGS else SHADED
    if look.colour and contrast(look.colour, behind) < CONTRAST:
        told.append(
            f"The colour of {called} (#{look.colour}) is too faint: its contrast is {contrast(look.colour, behind):.1f}"
            f" to 1, and {CONTRAST} to 1 is needed."
        )
        look = replace(look, colour="")
    low, high = BODY if name == "normal" else HEADING
    if name not in ("normal", *HEADINGS):
        look = replace(look, size=0)
    elif look.size and not low <= look.size <= high:
        wanted = f"at least {low // 2}" if look.size < low else f"at most {high // 2}"
        told.append(f"The size of {called} is {look.size / 2:g} points; {wanted} points can be used.")
        look = replace(look, size=0)
    if name not in HEADINGS:
        look = replace(look, bold=None, italic=None)
    elif not look.bold:  # one that is hardly larger than the text stays bold, as ours are
        look = replace(look, bold=False if look.size >= LARGE else None)
    return look, tuple(told)


def put(properties: Any, look: Look) -> None:
    """States a look in run properties, in the place of what they said."""
    rows: dict[str, Mapping[str, str]] = {}
    if look.font:
        rows["rFonts"] = dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), look.font)
    for name, value in (("b", look.bold), ("i", look.italic)):
        if value is not None:
            rows |= dict.fromkeys((name, f"{name}Cs"), {} if value else {"val": "0"})
    if look.colour:
        rows["color"] = {"val": look.colour}
    if look.size:
        rows |= {key: {"val": str(look.size)} for key in ("sz", "szCs")}
    for name, values in rows.items():
        for old in properties.findall(f"{W}{name}"):
            properties.remove(old)
        made = properties.makeelement(f"{W}{name}", {f"{W}{key}": value for key, value in values.items()})
        properties.insert(_place(properties, name), made)


def _place(properties: Any, name: str) -> int:
    after = _PROPERTIES[_PROPERTIES.index(name) :]
    return next((at for at, one in enumerate(properties) if one.tag.removeprefix(W) in after), len(properties))
