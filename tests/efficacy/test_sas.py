"""A trial's table as SAS writes it for submission: transport files (TS-140 of SAS), made here by hand."""

import struct

import pandas as pd

from leukotype.efficacy.clinical_table import read_clinical
from leukotype.efficacy.columns import EXAMPLE_TOML, parse_columns

ZERO = "00000000000000000000"


def record(text: str) -> bytes:
    return text.encode().ljust(80)


def header(kind: str, numbers: str) -> bytes:
    return record(f"HEADER RECORD*******{kind:<8}HEADER RECORD!!!!!!!{numbers}")


def ibm(value: float) -> bytes:
    """Floating point of IBM mainframes: a sign, a power of 16 and 56 bits; missing is a point and zeros."""
    if value != value:
        return b".".ljust(8, b"\0")
    if value == 0:
        return bytes(8)
    fraction, power = abs(value), 64
    while fraction >= 1:
        fraction, power = fraction / 16, power + 1
    while fraction < 1 / 16:
        fraction, power = fraction * 16, power - 1
    return bytes([power | (0x80 if value < 0 else 0)]) + int(fraction * 2**56).to_bytes(7, "big")


def transport(table: pd.DataFrame) -> bytes:
    """Write a table; names are those of SAS, 8 capital letters at most."""
    numeric = [pd.api.types.is_numeric_dtype(table[name]) for name in table]
    widths = [8 if number else 24 for number in numeric]
    when = "01JAN26:00:00:00"
    variables, at = b"", 0
    for number, (name, is_number, width) in enumerate(zip(table, numeric, widths, strict=True), start=1):
        texts = name.encode().ljust(8), name.encode().ljust(40), b" " * 8
        variables += struct.pack(
            ">hhhh8s40s8shhh2s8shhl52s",
            *(1 if is_number else 2, 0, width, number, *texts, 0, 0, 0, b"", b" " * 8, 0, 0, at, b""),
        )
        at += width
    rows = b"".join(
        ibm(value) if is_number else str(value).encode().ljust(24)
        for row in table.astype(dict.fromkeys(table.columns[numeric], float)).itertuples(index=False)
        for value, is_number in zip(row, numeric, strict=True)
    )
    parts = [
        header("LIBRARY", ZERO + "0000000000"),
        record(f"SAS     SAS     SASLIB  9.4     X64_10  {'':24}{when}") + record(when),
        header("MEMBER", "000000000000000001600000000140"),
        header("DSCRPTR", ZERO + "0000000000"),
        record(f"SAS     ADTTE   SASDATA 9.4     X64_10  {'':24}{when}") + record(when),
        header("NAMESTR", f"000000{len(widths):04d}{ZERO}"),
        variables.ljust(-(-len(variables) // 80) * 80),
        header("OBS", ZERO + "0000000000"),
        rows.ljust(-(-len(rows) // 80) * 80),
    ]
    return b"".join(parts)


def test_a_transport_file_is_the_table_that_it_was_made_of(clinical_table, columns, tmp_path):
    """The same patients from csv and from SAS: names in capitals, numbers of mainframes, missing MRD."""
    short = {name: name.replace("_", "")[:8].upper() for name in clinical_table}
    (tmp_path / "adtte.xpt").write_bytes(transport(clinical_table.rename(columns=short)))
    clinical_table.to_csv(tmp_path / "adtte.csv", index=False)
    text = EXAMPLE_TOML
    for name in sorted(short, key=len, reverse=True):
        text = text.replace(f'"{name}"', f'"{short[name]}"')
    found = read_clinical(tmp_path / "adtte.xpt", parse_columns(text, "x")).patients
    expected = read_clinical(tmp_path / "adtte.csv", columns).patients
    pd.testing.assert_frame_equal(found, expected, rtol=1e-12)
