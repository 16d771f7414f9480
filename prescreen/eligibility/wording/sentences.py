"""Words as they stand within a sentence, and a clause as a sentence.

A module of its own, since the wording of rules and that of registry text both end in sentences.
"""


def lowered(words: str) -> str:
    """Return words as they stand within a sentence: names and abbreviations keep their capitals.

    >>> lowered("Severe pain"), lowered("MRI of the back"), lowered("L3-L4"), lowered("I think")
    ('severe pain', 'MRI of the back', 'L3-L4', 'I think')
    """
    first = words.split(maxsplit=1)[0] if words.strip() else ""
    is_plain = first[1:].islower() or (len(first) == 1 and first != "I")
    return words[:1].lower() + words[1:] if is_plain else words


def sentence(clause: str) -> str:
    """Return a clause as a sentence, with a capital and a full stop.

    >>> sentence("you have gout"), sentence('you answer "no" to "Why?"')
    ('You have gout.', 'You answer "no" to "Why?".')
    """
    clause = clause.strip()
    ended = clause if clause.endswith((".", "!", "?")) else f"{clause}."
    return ended[:1].upper() + ended[1:]
