"""The calls as phenopackets of the GA4GH, version 2, one a patient: for registries and knowledge bases.

Fields and words are those of the Phenopacket Schema 2.0 (Jacobsen et al., Nat Biotechnol 2022;40:817), in the
JSON of its protocol buffers. A field of which nothing is known is absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from leukotype.runs.call_json import as_json, call_records
from leukotype.runs.files import PHENOPACKET
from leukotype.runs.sample_files import file_stems
from leukotype.vocabulary import NCIT_B_ALL, WHO_B_ALL, LesionKind, Sex, Status

SCHEMA_VERSION: Final = "2.0"
_LIMITS: Final = "Research use only: not a medical device, not for decisions on patients."
# How far the interpretation is. None is SOLVED: that is for those who treat the patient to say.
_PROGRESS: Final = MappingProxyType(
    {
        Status.CALLED: "COMPLETED",
        Status.CANDIDATE: "IN_PROGRESS",
        Status.UNCLASSIFIED: "UNSOLVED",
        Status.NOT_B_ALL: "UNSOLVED",
        Status.LOW_BLASTS: "UNKNOWN_PROGRESS",
        Status.UNREADABLE: "UNKNOWN_PROGRESS",
    }
)
_SEXES: Final = MappingProxyType({Sex.FEMALE: "FEMALE", Sex.MALE: "MALE"})
_GENOMIC: Final = frozenset({LesionKind.FUSION, LesionKind.MUTATION, LesionKind.COPY_NUMBER})
_AGAINST: Final = "against"  # strength of a lesion that speaks against its subtype
_TOLD: Final = ("kind", "subtype", "strength", "subclass", "reads", "source")  # of a lesion
_THESAURUS: Final = MappingProxyType(
    {
        "id": "ncit",
        "name": "NCI Thesaurus",
        "url": "http://purl.obolibrary.org/obo/ncit.owl",
        "version": "codes as in OncoTree 2026-05-21",
        "namespacePrefix": "NCIT",
        "iriPrefix": "http://purl.obolibrary.org/obo/NCIT_",
    }
)
_Record = Mapping[str, Any]


def phenopackets(run: Any) -> dict[str, dict[str, Any]]:
    """Give a phenopacket of every sample of a `Run`, by its name: plain objects, never NaN.

    A sure call is a diagnosis (``COMPLETED``), by its code in the NCI Thesaurus; a subtype without one stands
    in the summary beside the code of all B-lymphoblastic leukemia. Anything else is an interpretation
    without a diagnosis: a candidate ``IN_PROGRESS``. Its lesions stand in the summary, since the schema has
    no other place for them. What only expression shows is no genomic interpretation.
    """
    lesions: dict[str, list[_Record]] = {}
    for record in call_records(run.evidence):
        if record["used"] and record["kind"] in _GENOMIC:
            lesions.setdefault(record["sample"], []).append(record)
    made = _metadata(run)
    return {
        call["sample"]: {
            "id": f"leukotype.{run.id}.{call['sample']}",
            "subject": _subject(run, call["sample"]),
            "biosamples": [_biosample(call["sample"])],
            "interpretations": [_interpretation(call, lesions.get(call["sample"], []), run.synthetic)],
            "metaData": made,
        }
        for call in call_records(run.calls)
    }


def phenopacket_files(run: Any) -> dict[str, str]:
    """Give the text of each phenopacket by its file, named after the sample as a URL writes it."""
    packets = phenopackets(run)
    stems = file_stems(packets)
    return {f"{stems[sample]}{PHENOPACKET}": as_json(packet) for sample, packet in packets.items()}


def _subject(run: Any, sample: str) -> dict[str, Any]:
    age = run.ages.get(sample)
    seen = {} if age is None else {"timeAtLastEncounter": {"age": {"iso8601duration": _duration(age)}}}
    sex = run.sexes.get(sample, Sex.UNKNOWN)
    return {"id": sample, **seen, "sex": _SEXES.get(sex, "UNKNOWN_SEX")}


def _biosample(sample: str) -> dict[str, Any]:
    return {"id": sample, "individualId": sample, "description": "RNA-seq, read as expression of genes"}


def _duration(years: float) -> str:
    """Write an age as ISO 8601 has it: ``P34Y``, ``P1Y7M``, ``P12D``."""
    whole, months = divmod(round(years * 12), 12)
    if not whole and not months:
        return f"P{round(years * 365.25)}D"
    return f"P{f'{whole}Y' if whole else ''}{f'{months}M' if months else ''}"


def _interpretation(call: _Record, lesions: list[_Record], synthetic: str) -> dict[str, Any]:
    status = Status(call["status"])
    sure = status == Status.CALLED
    told = _summary(call, [] if sure else lesions)
    return {
        "id": f"{call['sample']}.subtype",
        "progressStatus": _PROGRESS[status],
        **({"diagnosis": _diagnosis(call, lesions)} if sure else {}),
        "summary": " ".join(filter(None, (synthetic, "; ".join(told) + ".", _LIMITS))),
    }


def _summary(call: _Record, lesions: list[_Record]) -> Iterator[str]:
    """Say the status, the answer and why it is no more than that, and lesions that have no other place."""
    answer = call["subtype"] or call["group"]
    yield f"{call['status']}: {answer}" if answer else f"{call['status']}"
    if call["probability"] is not None:
        yield f"probability {call['probability']:.3f}"
    for name, column in (("WHO-HAEM5", "who_haem5"), ("ICC 2022", "icc_2022"), ("", "reason")):
        if call[column]:
            yield f"{name}: {call[column]}" if name else str(call[column])
    if names := list(dict.fromkeys(each["lesion"] for each in lesions)):
        yield f"lesions: {', '.join(names)}"


def _diagnosis(call: _Record, lesions: list[_Record]) -> dict[str, Any]:
    disease = (
        {"id": call["ncit"], "label": call["who_haem5"]}
        if call["ncit"]
        else {"id": NCIT_B_ALL, "label": WHO_B_ALL}
    )
    genomic = [_genomic(number, call, lesion) for number, lesion in enumerate(lesions, start=1)]
    return {"disease": disease, **({"genomicInterpretations": genomic} if genomic else {})}


def _genomic(number: int, call: _Record, lesion: _Record) -> dict[str, Any]:
    """Make a lesion one that contributes to the call, or of unknown status where it speaks for another."""
    supports = lesion["subtype"] == call["subtype"] and lesion["strength"] != _AGAINST
    extensions = [
        {"name": name, "value": f"{lesion[name]:g}" if name == "reads" else str(lesion[name])}
        for name in _TOLD
        if lesion[name] is not None
    ]
    return {
        "subjectOrBiosampleId": call["sample"],
        "interpretationStatus": "CONTRIBUTORY" if supports else "UNKNOWN_STATUS",
        "variantInterpretation": {
            "acmgPathogenicityClassification": "NOT_PROVIDED",
            "therapeuticActionability": "UNKNOWN_ACTIONABILITY",
            "variationDescriptor": {
                "id": f"{call['sample']}.lesion.{number}",
                "label": lesion["lesion"],
                "extensions": extensions,
                "moleculeContext": "unspecified_molecule_context",
            },
        },
    }


def _metadata(run: Any) -> dict[str, Any]:
    """Say when, by which program and model it was made, and what it may be used for."""
    written = datetime.fromisoformat(run.written) if run.written else datetime.now(UTC)
    return {
        "created": written.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "createdBy": f"leukotype {run.versions['leukotype']}",
        "resources": [dict(_THESAURUS)],
        "phenopacketSchemaVersion": SCHEMA_VERSION,
        "externalReferences": [
            {"id": "leukotype:model", "description": f"model {run.model.name}, sha256 {run.model.sha256}"},
            {"id": "leukotype:run", "description": f"run {run.id}"},
            {"id": "leukotype:limits", "description": f"{run.synthetic} {_LIMITS}".strip()},
        ],
    }
