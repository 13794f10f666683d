"""One colour per subtype, arm and kind of alteration, the same in every figure.

The subtypes' colours begin with those of Okabe and Ito (*Color universal design*, 2008) that the arms leave
over; the others were chosen one by one, each as far (CIEDE2000) as possible from all before it, for normal
sight and for the protan and deutan sight of Machado et al., IEEE Trans Vis Comput Graph 2009;15:1291. On dark
paper each keeps its hue (CIELAB) and is as light as it must be to be seen there, chosen in the same way. No
figure rests on colour alone: bands carry names, arms differ in line and fill, kinds of alteration in shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from leukotype.vocabulary import (
    LOW_BLASTS,
    NOT_B_ALL,
    RISK_LOW_BLAST,
    SUBTYPES,
    UNCLASSIFIED,
    AlterationKind,
    VariantClass,
)

# In the order of `SUBTYPES`; one more or one fewer there is an error at import.
_IN_ORDER: Final = (
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#F0E442",
    "#920000",
    "#92125B",
    "#C8DBA4",
    "#2400C8",
    "#376D49",
    "#5B80FF",
    "#5B2424",
    "#24EDFF",
    "#009200",
    "#925B80",
    "#FF376D",
    "#6D00FF",
    "#00C8A4",
    "#C80049",
    "#C812A4",
    "#DBA46D",
    "#5B0080",
    "#6DB6C8",
)

_ON_DARK: Final = (
    "#338B6B",
    "#B98FA5",
    "#E69F00",
    "#6AC5FB",
    "#F0E442",
    "#EB5E42",
    "#FBBAD5",
    "#D1E4AD",
    "#9C7AD9",
    "#7CA587",
    "#9196D7",
    "#FAD4D1",
    "#24EDFF",
    "#009200",
    "#907486",
    "#F0909C",
    "#9A54FB",
    "#24D3AE",
    "#E63460",
    "#F2A2D9",
    "#E9B079",
    "#966DA5",
    "#80B3C1",
)

SUBTYPE_COLOURS: Final = MappingProxyType(dict(zip(SUBTYPES, _IN_ORDER, strict=True)))
COLOURS_ON_DARK: Final = MappingProxyType(dict(zip(SUBTYPES, _ON_DARK, strict=True)))

# Not subtypes: greys.
_LOW_BLAST: Final = "#8C8C8C"
_NO_CALL: Final = "#D0D0D0"
_GREYS: Final = MappingProxyType(
    {LOW_BLASTS: _LOW_BLAST, RISK_LOW_BLAST: _LOW_BLAST, UNCLASSIFIED: _NO_CALL, NOT_B_ALL: "#4D4D4D"}
)
_GREY_ON_DARK: Final = "#6E6E6E"
_GREYS_ON_DARK: Final = MappingProxyType(
    {LOW_BLASTS: "#A0A0A0", RISK_LOW_BLAST: "#A0A0A0", UNCLASSIFIED: _GREY_ON_DARK, NOT_B_ALL: "#D0D0D0"}
)

# Experimental, comparator: blue and vermilion of Okabe and Ito.
ARM_COLOURS: Final = ("#0072B2", "#D55E00")

KIND_COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {
        AlterationKind.FUSION: "#222222",
        AlterationKind.MUTATION: "#AA4499",
        AlterationKind.DELETION: "#4477AA",
        AlterationKind.ISOFORM: "#DDCC77",
        AlterationKind.COPY_NUMBER: "#44AA99",
        AlterationKind.PLOIDY: "#117733",
        VariantClass.MISSENSE: "#228833",
        VariantClass.TRUNCATING: "#222222",
        VariantClass.SPLICE: "#EE7733",
        VariantClass.IN_FRAME: "#0077BB",
        VariantClass.SEVERAL: "#AA4499",
    }
)

INK: Final = "#1A1A1A"
MUTED: Final = "#595959"
RULE: Final = "#BFBFBF"
STRIPE: Final = "#F4F4F4"
WARNING: Final = "#A0003C"


def subtype_colour(name: str, *, dark: bool = False) -> str:
    """Colour of a subtype or of what stands in its place, on light or dark paper.

    What is in no scheme has the grey of no call.
    """
    if dark:
        return COLOURS_ON_DARK.get(name) or _GREYS_ON_DARK.get(name, _GREY_ON_DARK)
    return SUBTYPE_COLOURS.get(name) or _GREYS.get(name, _NO_CALL)


def subtype_order(name: str) -> tuple[int, str]:
    """Key that sorts subtypes as the vocabulary lists them, then what is none, then unknown names by name."""
    names = (*SUBTYPES, *_GREYS)
    return (names.index(name) if name in names else len(names), name)
