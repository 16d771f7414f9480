"""A protocol in CDISC USDM 4.0 JSON."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from prescreen.catalog.sources.plain_text import NAMELESS, id_of
from prescreen.catalog.sources.record_parts import Part
from prescreen.catalog.sources.source_record import SourceError, SourcePopulation, SourceRecord
from prescreen.catalog.sources.usdm_criteria import criteria_of
from prescreen.catalog.sources.usdm_populations import population_of
from prescreen.catalog.sources.usdm_texts import Texts, decode_of, tags_of

REGISTRY = "CDISC USDM"
_VERSION = "4"
_NCT = re.compile(r"NCT\d{8}", re.ASCII)
_BRIEF, _OFFICIAL, _PUBLIC = "brief", "official", "public"
_TITLES = {
    "C99905x1": _BRIEF,
    "C207615": _BRIEF,
    "C99905x2": _OFFICIAL,
    "C207616": _OFFICIAL,
    "C99905x3": _PUBLIC,
    "C207617": _PUBLIC,
}
"""What a title is, by the code of its type: the codes before and after CDISC gave them numbers."""
_SPONSOR = "C70793"
_MOST_LEVELS = 60


def is_usdm_data(data: Any) -> bool:
    """Whether JSON data is meant as a USDM study."""
    return isinstance(data, Mapping) and bool({"usdmVersion", "study"} & data.keys()) and "resourceType" not in data


def read_usdm(data: Mapping[str, Any]) -> SourceRecord:
    """Return the trial of a USDM file. Raise SourceError where a field is missing or of a wrong kind."""
    root = Part(data)
    _check_version(root.at("usdmVersion"))
    study = root.at("study").needed()
    version = _latest(study.at("versions"))
    design = _first(version.at("studyDesigns"))
    texts = Texts(tags_of(_references(version)), _objects(data))
    population = design.at("population")
    listed = criteria_of(version, design, texts)
    titles = dict(_titles(version))
    own = population_of(population, texts)
    return SourceRecord(
        id=_id(version),
        registry=REGISTRY,
        title=titles.get(_BRIEF) or titles.get(_PUBLIC) or study.at("name").line(),
        official_title=titles.get(_OFFICIAL, ""),
        summary=texts.plain(study.at("description").text() or population.at("description").text(), None),
        description=texts.plain(version.at("rationale").text(), None),
        conditions=_conditions(design),
        keywords=_codes(design),
        phase=_phase(design.at("studyPhase")),
        sponsor=_sponsor(version),
        version=_day(version),
        minimum_age=own.minimum_age,
        maximum_age=own.maximum_age,
        sex=own.sex,
        healthy_volunteers=own.healthy_volunteers,
        interventions=tuple(_interventions(version)),
        criteria=listed,
        populations=tuple(_cohorts(population, texts)),
        fields=dict(_fields(version, own)),
        told=(*root.told, *(f"the tag '{name}' stands for nothing in the file" for name in texts.unresolved)),
    )


def _check_version(part: Part) -> None:
    written = part.line()
    if written and not written.startswith(_VERSION):
        raise SourceError(part.path, f"is {written[:20]}, and only {_VERSION}.0 can be read; export the study so")


def _latest(versions: Part) -> Part:
    """Return the version of a study with the greatest number, the last of them where several have it."""
    found = list(versions.needed().items())
    if not found:
        raise SourceError(versions.path, "holds no version")
    if len(found) > 1:
        versions.told[f"{versions.path} holds {len(found)}; the one with the greatest number was read"] = None
    return max(enumerate(found), key=lambda one: (_number(one[1].at("versionIdentifier").line()), one[0]))[1]


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"[0-9]{1,9}", text))


def _first(designs: Part) -> Part:
    found = list(designs.needed().items())
    if not found:
        raise SourceError(designs.path, "holds no design, and so no criteria")
    if len(found) > 1:
        designs.told[f"{designs.path} holds {len(found)}; the first was read, and its criteria alone"] = None
    return found[0]


def _references(version: Part) -> Iterator[tuple[str, str, str]]:
    for dictionary in version.at("dictionaries").items():
        for one in dictionary.at("parameterMaps").items():
            yield dictionary.at("id").line(), one.at("tag").line(), one.at("reference").text()


def _objects(data: Any) -> dict[str, Mapping[str, Any]]:
    """Return every object of a file by its id, which references name."""
    found, level = dict[str, Mapping[str, Any]](), [data]
    for _ in range(_MOST_LEVELS):
        level = [below for one in level for below in (one.values() if isinstance(one, Mapping) else one)]
        level = [one for one in level if isinstance(one, Mapping | list)]
        found |= {one["id"]: one for one in level if isinstance(one, Mapping) and isinstance(one.get("id"), str)}
    return found


def _titles(version: Part) -> Iterator[tuple[str, str]]:
    for one in version.at("titles").items():
        code, words = one.at("type", "code").line(), one.at("type", "decode").line().casefold()
        kind = _TITLES.get(code) or next((kind for kind in (_BRIEF, _OFFICIAL, _PUBLIC) if kind in words), "")
        if kind and (text := one.at("text").line()):
            yield kind, text


def _id(version: Part) -> str:
    """Return the study's number in the registry, else an id made of the first identifier that it has."""
    found = [one.at("text").line() for one in version.at("studyIdentifiers").items()]
    if registered := next((text for text in found if _NCT.fullmatch(text)), None):
        return registered
    made = [id_of(f"{text}.") for text in found if text]
    return next((one for one in made if one != NAMELESS), NAMELESS)


def _conditions(design: Part) -> tuple[str, ...]:
    found = design.at("indications").items()
    words = [one.at("label").line() or one.at("description").line() or one.at("name").line() for one in found]
    return tuple(dict.fromkeys(filter(None, words)))


def _codes(design: Part) -> tuple[str, ...]:
    """Return what code systems call the conditions, and how the file describes them."""
    found = list(design.at("indications").items())
    decodes = [code.at("decode").line() for one in found for code in one.at("codes").items()]
    areas = [code.at("decode").line() for code in design.at("therapeuticAreas").items()]
    described = [one.at("description").line() for one in found]
    return tuple(dict.fromkeys(filter(None, (*decodes, *described, *areas))))


_NUMERALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}


def _phase(part: Part) -> str | None:
    """Return the phase in the words of the registry, None where it is none of its phases."""
    words = re.findall("[a-z0-9]+", decode_of(part.value).casefold())
    numbers = dict.fromkeys(number for word in words if (number := _NUMERALS.get(word, word[:1])) in "1234")
    return "/".join(f"PHASE{number}" for number in numbers) or None


def _sponsor(version: Part) -> str | None:
    """Return the organization in the role of the sponsor."""
    names = {
        one.at("id").line(): one.at("label").line() or one.at("name").line()
        for one in version.at("organizations").items()
    }
    for role in version.at("roles").items():
        if role.at("code", "code").line() == _SPONSOR:
            return next((names[id_] for id_ in role.at("organizationIds").lines() if names.get(id_)), None)
    return None


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _day(version: Part) -> str | None:
    """Return the latest day that the version names for itself, None where it names none."""
    days = [one.at("dateValue").line() for one in version.at("dateValues").items()]
    return max((found[0] for text in days if (found := _DAY.match(text))), default=None)


def _interventions(version: Part) -> Iterator[tuple[str, str]]:
    for one in version.at("studyInterventions").items():
        name = one.at("label").line() or one.at("name").line()
        if name:
            yield one.at("type", "decode").line(), name


def _cohorts(population: Part, texts: Texts) -> Iterator[SourcePopulation]:
    for one in population.at("cohorts").items():
        yield population_of(one, texts)


def _fields(version: Part, own: SourcePopulation) -> Iterator[tuple[str, str]]:
    named = {
        "minimumAge": own.minimum_age,
        "maximumAge": own.maximum_age,
        "sex": own.sex,
        "versionIdentifier": version.at("versionIdentifier").line(),
    }
    yield from ((name, text) for name, text in named.items() if text)
