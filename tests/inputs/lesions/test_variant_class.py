"""Changes as HGVS and callers write them: examples of the HGVS recommendations, and well known ones."""

import pytest

from leukotype.inputs.lesions.variant_class import variant_class


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("R175H", "missense"),
        ("p.Arg175His", "missense"),
        ("p.(T315I)", "missense"),
        ("Q61*", "truncating"),
        ("p.Trp26Ter", "truncating"),
        ("R213X", "truncating"),
        ("p.Arg97ProfsTer23", "truncating"),
        ("G4fs", "truncating"),
        ("X125_splice", "splice site"),
        ("c.375+1G>A", "splice site"),
        ("p.Lys23_Val25del", "in-frame"),
        ("F594_D600dup", "in-frame"),
        ("", None),
        ("amplified", None),
    ],
)
def test_what_a_change_does(change, kind):
    assert variant_class(change) == kind
