"""Downloads have a few places in a process, give them back however they end, and do not wait for ever for a reader."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from uuid import UUID

import pytest

from prescreen.web.export.download_slots import PIECE_BYTES, DownloadSlots, TooSlowError, held, not_too_slow
from prescreen.workflow.export.export_runs import LONGEST_WAIT_SECONDS, Chunk

LAST = UUID(int=7)


def test_all_places_but_no_more_are_given() -> None:
    slots = DownloadSlots(2)

    taken = [slots.take() for _ in range(3)]

    assert [slot is not None for slot in taken] == [True, True, False]


def test_a_download_that_ends_makes_room() -> None:
    slots = DownloadSlots(1)
    slot = slots.take()
    assert slot is not None

    assert list(held(slot, [b"a", b"b"])) == [b"a", b"b"]

    assert slots.take() is not None


def test_a_download_that_is_broken_off_or_fails_makes_room() -> None:
    slots = DownloadSlots(1)

    def failing() -> Iterator[bytes]:
        yield b"a"
        raise RuntimeError

    for pieces in ([b"a", b"b"], failing()):
        slot = slots.take()
        assert slot is not None
        sent = held(slot, pieces)
        next(sent)
        if isinstance(pieces, list):
            sent.close()  # type: ignore[attr-defined]
        else:
            with pytest.raises(RuntimeError):
                next(sent)
    assert slots.take() is not None


def test_a_place_is_given_back_once() -> None:
    slots = DownloadSlots(1)
    slot = slots.take()
    assert slot is not None

    slot.release()
    slot.release()

    found = [slots.take() for _ in range(2)]
    assert [one is not None for one in found] == [True, False]


def test_what_was_forgotten_unsent_makes_room() -> None:
    slots = DownloadSlots(1)
    slot = slots.take()
    assert slot is not None
    unsent = held(slot, [b"a"])

    del slot, unsent
    gc.collect()

    assert slots.take() is not None


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
def test_small_pieces_are_the_chunk_and_end_its_referrals_together(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    chunk = Chunk(data[:size], 5, LAST)

    pieces = list(not_too_slow([chunk]))

    assert b"".join(piece.data for piece in pieces) == chunk.data
    assert max(len(piece.data) for piece in pieces) <= PIECE_BYTES
    assert [(piece.rows, piece.cursor) for piece in pieces] == [(0, None)] * (len(pieces) - 1) + [(5, LAST)]


@pytest.mark.parametrize(("seconds", "is_cut"), [(LONGEST_WAIT_SECONDS, False), (LONGEST_WAIT_SECONDS + 1, True)])
def test_who_takes_too_long_for_a_piece_is_cut_off(seconds: float, is_cut: bool) -> None:
    times = iter([0.0, 1.0, 100.0, 100.0 + seconds])
    pieces = not_too_slow([Chunk(b"a"), Chunk(b"b"), Chunk(b"c")], lambda: next(times, 100.0 + seconds))

    taken = [next(pieces).data, next(pieces).data]

    if is_cut:
        with pytest.raises(TooSlowError):
            next(pieces)
    else:
        taken.append(next(pieces).data)
    assert taken == [b"a", b"b", b"c"][: len(taken)]


def test_making_a_chunk_may_take_long() -> None:
    now = [0.0]

    def slowly_made() -> Iterator[Chunk]:
        for data in (b"a", b"b"):
            now[0] += 10 * LONGEST_WAIT_SECONDS
            yield Chunk(data)

    assert [chunk.data for chunk in not_too_slow(slowly_made(), lambda: now[0])] == [b"a", b"b"]
