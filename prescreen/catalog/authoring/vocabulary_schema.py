"""The schema of the files of the vocabulary. Only this module knows their keys."""

from prescreen.catalog.base.schema_fields import Anything, Flag, ListOf, Name, NestedShape, Plain, Shape


class BoundsShape(Shape):
    """Whom a term of the vocabulary surely applies to, and who can have it at all; `exact` is both."""

    exact = Anything()
    sufficient = Anything()
    necessary = Anything()


class SpanShape(BoundsShape):
    """What a term means "within the past ..." of a span."""

    span = Plain(required=True)


class TermShape(BoundsShape):
    """What some words of registries mean in terms of the question bank."""

    words = ListOf(Plain(), required=True)
    now = NestedShape(BoundsShape)
    ever = NestedShape(BoundsShape)
    within = ListOf(NestedShape(SpanShape))
    event = Flag()
    taken = Flag()
    anywhere = Flag()
    time = Name()
    time_of_some = Flag()
    lasts = Name()
    numbers = ListOf(Name())
    bare_is_least = Flag()
    besides = ListOf(Plain())
    sex = Name()
    fertile = Flag()
    near = ListOf(Plain())


class VocabularyShape(Shape):
    """Terms that count for trials about some conditions, or for all, unless their record names one of some words."""

    conditions = ListOf(Name())
    unless = ListOf(Plain())
    terms = ListOf(NestedShape(TermShape), required=True)
