"""Wishes in words, and what stands outside them."""

from flask_babel import gettext as _
from flask_babel import ngettext

from prescreen.eligibility.criteria.trials import Treatment
from prescreen.eligibility.wishes.wishes import COUNTRY, Obstacle, Reach, Reason, Wishes
from prescreen.web.base.trial_wording import TREATMENT_WORDS
from prescreen.web.wishes.place_field import place_words, reach_words
from prescreen.web.wishes.visit_wishes import wish_table


def wish_words(wishes: Wishes) -> list[str]:
    """Return each of a visitor's wishes in words."""
    where = [_where(wishes, place_words(wishes.place))] if wishes.place else []
    kinds = [_("without: %(treatment)s", treatment=_treatment(one)) for one in Treatment if one in wishes.refused]
    return [*where, *kinds, *([_("without a placebo")] if wishes.without_placebo else [])]


def _where(wishes: Wishes, place: str) -> str:
    if wishes.reach is None:
        return _("distances from %(place)s", place=place)
    if wishes.reach == COUNTRY:
        return _("in the same country as %(place)s", place=place)
    return _("within %(distance)s of %(place)s", distance=reach_words(wishes.reach), place=place)


def outside_words(slug: str, wishes: Wishes) -> list[str]:
    """Return in words how many trials of a condition each wish puts outside, without those that put none there."""
    counted = [(reason, int(one.marks.sum())) for reason, one in wish_table(slug).outside(wishes).items()]
    return [_counted(reason, many, wishes.reach) for reason, many in counted if many]


def _counted(reason: Reason, many: int, reach: Reach | None) -> str:
    if reason == Obstacle.FAR and reach is not None:
        return ngettext(
            "%(num)s farther than %(distance)s", "%(num)s farther than %(distance)s", many, distance=reach_words(reach)
        )
    if reason == Obstacle.ABROAD:
        return ngettext("%(num)s in another country", "%(num)s in other countries", many)
    if reason == Obstacle.PLACEBO:
        return ngettext("%(num)s with a placebo", "%(num)s with a placebo", many)
    return ngettext("%(num)s with %(treatment)s", "%(num)s with %(treatment)s", many, treatment=_treatment(reason))


def _treatment(kind: object) -> str:
    return str(TREATMENT_WORDS[Treatment(str(kind))])
