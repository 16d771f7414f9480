"""Made-up sources as data, for tests to alter: a record of the registry and a USDM protocol."""

import copy
import json
from collections.abc import Mapping
from typing import Any

CRITERIA = "Inclusion Criteria:\n\n* Leg pain for at least 6 weeks\n\nExclusion Criteria:\n\n* Pregnant women"

REGISTRY: Mapping[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT01234567",
            "briefTitle": "Heat for Sciatica",
            "officialTitle": "A Randomized Trial of Heat for Sciatica",
            "acronym": "HEAT",
        },
        "statusModule": {"overallStatus": "RECRUITING", "lastUpdatePostDateStruct": {"date": "2024-04-18"}},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Example University"}},
        "descriptionModule": {"briefSummary": "Compares heat with rest.", "detailedDescription": "At length."},
        "conditionsModule": {"conditions": ["Sciatica"], "keywords": ["leg pain", "heat"]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE1", "PHASE2"]},
        "armsInterventionsModule": {
            "armGroups": [{"label": "Warm", "type": "EXPERIMENTAL"}, {"label": "Cold", "type": "SHAM_COMPARATOR"}],
            "interventions": [{"type": "DEVICE", "name": "Heating pad"}],
        },
        "eligibilityModule": {
            "eligibilityCriteria": CRITERIA,
            "healthyVolunteers": False,
            "sex": "ALL",
            "minimumAge": "18 Years",
            "maximumAge": "70 Years",
            "stdAges": ["ADULT"],
        },
        "contactsLocationsModule": {
            "locations": [
                {
                    "facility": "Example Hospital",
                    "status": "RECRUITING",
                    "city": "Leeds",
                    "state": "West Yorkshire",
                    "zip": "LS1 3EX",
                    "country": "United Kingdom",
                    "geoPoint": {"lat": 53.7960, "lon": -1.54785},
                }
            ]
        },
    },
    "derivedSection": {"miscInfoModule": {"versionHolder": "2024-12-16"}},
    "hasResults": False,
}


def registry(**eligibility: object) -> dict[str, Any]:
    """Return a record whose eligibility module holds these fields; `...` takes one away."""
    data = copy.deepcopy(dict(REGISTRY))
    module = data["protocolSection"]["eligibilityModule"] | eligibility
    data["protocolSection"]["eligibilityModule"] = {key: one for key, one in module.items() if one is not ...}
    return data


def code(value: str, words: str) -> dict[str, Any]:
    """Return a code of USDM."""
    return {"id": f"Code_{value}", "code": value, "decode": words, "instanceType": "Code"}


def quantity(id_: str, value: float | None, unit: str | None = "Year") -> dict[str, Any]:
    """Return a quantity of USDM with its unit."""
    return {"id": id_, "value": value, "unit": unit and {"standardCode": code("C29848", unit)}}


def ages(least: float | None, most: float | None, unit: str | None = "Year") -> dict[str, Any]:
    """Return a range of ages of USDM."""
    ends = {"minValue": quantity(f"Q_{least}_min", least, unit), "maxValue": quantity(f"Q_{most}_max", most, unit)}
    return {"id": f"Range_{least}_{most}", **ends, "isApproximate": False}


def item(number: int, text: str, dictionary: str | None = None) -> dict[str, Any]:
    """Return an eligibility criterion item of USDM."""
    return {"id": f"Item_{number}", "name": f"I{number}", "text": text, "dictionaryId": dictionary}


def criterion(number: int, *, excludes: bool = False, after: int | None = None) -> dict[str, Any]:
    """Return a criterion of USDM that names the item of its number, and the criterion that follows it."""
    category = code("C25370", "Exclusion Criteria") if excludes else code("C25532", "Inclusion Criteria")
    links = {"nextId": after and f"Criterion_{after}", "previousId": None}
    return {"id": f"Criterion_{number}", "criterionItemId": f"Item_{number}", "category": category, **links}


def usdm(**design: Any) -> dict[str, Any]:
    """Return a USDM file of two criteria; `design` replaces parts of its design, `items` those of its version."""
    items = design.pop("items", [item(1, "<p>Over <usdm:tag name='least'/> years</p>", "D1"), item(2, "Gout")])
    population = {
        "id": "Population_1",
        "name": "POP",
        "label": "",
        "description": "People with sciatica",
        "includesHealthySubjects": False,
        "plannedSex": [code("C49636", "Both")],
        "plannedAge": ages(50.0, 80.0),
        "criterionIds": ["Criterion_1", "Criterion_2"],
        "cohorts": [],
    }
    parts = {
        "studyPhase": {"standardCode": code("C15601", "Phase II Trial")},
        "population": population | design.pop("population", {}),
        "eligibilityCriteria": [criterion(1), criterion(2, excludes=True)],
        "indications": [{"id": "Indication_1", "label": "Sciatica", "codes": [code("M54.3", "Sciatica, unspecified")]}],
    }
    version = {
        "id": "Version_1",
        "versionIdentifier": "2",
        "titles": [
            {"text": "Heat for Sciatica", "type": code("C99905x1", "Brief Study Title")},
            {"text": "A Trial of Heat", "type": code("C99905x2", "Official Study Title")},
        ],
        "studyIdentifiers": [{"text": "EX-1", "scopeId": "O1"}, {"text": "NCT01234567", "scopeId": "O2"}],
        "eligibilityCriterionItems": items,
        "dictionaries": [
            {
                "id": "D1",
                "parameterMaps": [
                    {"tag": "least", "reference": "<usdm:ref klass='Quantity' id='Q_50.0_min' attribute='value'/>"},
                    {"tag": "range", "reference": "<usdm:ref id='Population_1' attribute='plannedAge'></usdm:ref>"},
                    {"tag": "whom", "reference": "<usdm:ref id='Population_1' attribute='description'/>"},
                    {"tag": "bare", "reference": "12"},
                    {"tag": "lost", "reference": "<usdm:ref id='Nobody' attribute='label'/>"},
                    {"tag": "loop", "reference": "<usdm:tag name='loop'/>"},
                ],
            }
        ],
        "studyDesigns": [parts | design],
    }
    return {"usdmVersion": "4.0.0", "study": {"id": None, "name": "HEAT", "versions": [version]}}


def written(data: object) -> bytes:
    """Return data as the bytes of a JSON file."""
    return json.dumps(data).encode()
