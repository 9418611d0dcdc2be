"""The desk: who waits longest comes first, a page costs one page, nothing is answered or decided twice."""

from datetime import timedelta

import pytest

from clinic import feedback, reviews, support
from clinic.errors import CommentDecided, NotFound, RequestChanged
from clinic.support import ANSWERED, CLOSED, CLOSED_BY, NewPost, Seen, desk
from storage import journal, notifications, outgoing
from storage.states import CommentState, SupportState
from storage.support import RequestRow
from storage.types import Tx
from tests.clinic.test_feedback import WITH_PHONE, been, comment, rate
from tests.clinic.test_support import ADMINS, ANNA, BORIS, OLEG, PICTURE, VERA, answer, ask, planned
from tests.world import World

HOUR = timedelta(hours=1)


async def waiting(world: World, after: desk.Mark | None = None, size: int = 5, who: int = OLEG) -> desk.Desk:
    return await desk.waiting(world.database, who, ADMINS, after, size, world.clock.now())


async def opened(world: World, row: RequestRow, before: int | None = None, who: int = OLEG) -> desk.Opened:
    return await desk.opened(world.database, who, ADMINS, row.id, before, world.clock.now())


async def add(world: World, row: RequestRow, post_id: int, text: str = "и ещё") -> None:
    await support.add(world.database, ANNA, row.id, NewPost(post_id, text), ADMINS, world.clock.now())


async def close(world: World, row: RequestRow, seen: Seen | None = None, who: int = OLEG) -> RequestRow:
    return await support.close(world.database, who, ADMINS, row.id, "Олег", world.clock.now(), seen)


async def ids(world: World) -> list[int]:
    return [one.request.id for one in (await waiting(world)).requests]


async def test_who_waits_longest_comes_first_and_a_page_is_read_on_from_the_one_before(world: World) -> None:
    asked = []
    for number in range(5):
        asked.append((await ask(world, number + 1, ANNA + number)).id)
        world.clock.move(HOUR)
    first = await waiting(world, size=2)
    second = await waiting(world, first.next_mark, 2)
    third = await waiting(world, second.next_mark, 2)
    pages = [[one.request.id for one in page.requests] for page in (first, second, third)]
    assert pages == [asked[:2], asked[2:4], asked[4:]]
    assert third.next_mark is None
    assert {page.number for page in (first, second, third)} == {5}


async def test_more_words_keep_the_place_and_an_answer_gives_it_up(world: World) -> None:
    row = await ask(world)
    world.clock.move(HOUR)
    other = await ask(world, 2, BORIS)
    world.clock.move(HOUR)
    await add(world, row, 3)
    (one, _) = (await waiting(world)).requests
    assert (one.request.id, one.request.waits_since) == (row.id, row.created_at)
    assert one.text == "не приходит талон, помогите"
    await answer(world, row)
    assert await ids(world) == [other.id]
    world.clock.move(HOUR)
    await add(world, row, 4, "не помогло")
    (_, one) = (await waiting(world)).requests
    assert (one.request.waits_since, one.text) == (world.clock.now(), "не помогло")


async def test_a_request_is_shown_whole_as_far_as_it_fits_and_what_came_before_on_request(
    world: World,
) -> None:
    row = await ask(world, 1, ANNA, PICTURE)
    for number in range(3):
        await add(world, row, 10 + number, str(number) * 1400)
    found = await opened(world, row)
    assert [post.text[:1] for post, _ in found.posts] == ["1", "2"]
    assert found.has_earlier
    before = await opened(world, row, found.posts[0][0].ordinal)
    assert [(post.text[:1], len(files)) for post, files in before.posts] == [("н", 1), ("0", 0)]
    assert not before.has_earlier


async def test_what_somebody_has_answered_meanwhile_is_not_answered_again(world: World) -> None:
    row = await ask(world)
    seen = (await opened(world, row)).seen
    await support.answer(
        world.database, VERA, ADMINS, row.id, NewPost(50, "готово"), "Вера", world.clock.now(), seen
    )
    for attempt in (
        desk.unchanged(world.database, OLEG, ADMINS, row.id, seen),
        support.answer(
            world.database, OLEG, ADMINS, row.id, NewPost(51, "готово"), "Олег", world.clock.now(), seen
        ),
        close(world, row, seen),
    ):
        with pytest.raises(RequestChanged) as refusal:
            await attempt
        assert (refusal.value.how, refusal.value.by) == ("answered", "Вера")
    assert [kind for chat, kind in await planned(world) if chat == ANNA] == [ANSWERED]
    again = refusal.value.seen  # now meant as one more answer
    await support.answer(
        world.database, OLEG, ADMINS, row.id, NewPost(51, "и ещё"), "Олег", world.clock.now(), again
    )
    # an update that is worked again, on what was seen before
    await support.answer(
        world.database, OLEG, ADMINS, row.id, NewPost(51, "и ещё"), "Олег", world.clock.now(), again
    )
    assert len((await opened(world, row)).posts) == 3


async def test_what_the_person_adds_meanwhile_is_read_before_the_answer(world: World) -> None:
    row = await ask(world)
    seen = (await opened(world, row)).seen
    await add(world, row, 2, "уже не надо")
    with pytest.raises(RequestChanged) as refusal:
        await close(world, row, seen)
    assert refusal.value.how == "more"


async def test_a_closed_request_waits_no_more_and_all_are_told_once(world: World) -> None:
    row = await ask(world)
    seen = (await opened(world, row)).seen
    assert (await close(world, row, seen)).id == row.id
    with pytest.raises(RequestChanged) as refusal:
        await close(world, row, seen, VERA)
    assert refusal.value.how == "settled"
    await close(world, row)
    assert await ids(world) == []

    def work(tx: Tx) -> list[tuple[int, str, str]]:
        later = world.clock.now() + HOUR
        rows = outgoing.claim_due(tx, support.CHANNEL, later, later, 100)
        notes = [(notifications.note(tx, world.database.keyring, one), one.kind) for one in rows]
        return [(note.telegram_id, kind, note.words.get("by", "")) for note, kind in notes if note]

    told = [one for one in await world.database.write(work) if one[1] in (CLOSED, CLOSED_BY)]
    assert sorted(told) == [(ANNA, CLOSED, ""), (VERA, CLOSED_BY, "Олег")]
    await add(world, row, 2, "не помогло")
    assert (await opened(world, row)).request.state is SupportState.OPEN


@pytest.mark.parametrize("stranger", [ANNA, BORIS, 0, -1])
async def test_nobody_but_an_administrator_sees_or_does_anything(world: World, stranger: int) -> None:
    row = await ask(world)
    now = world.clock.now()
    for attempt in (
        waiting(world, who=stranger),
        opened(world, row, who=stranger),
        desk.unchanged(world.database, stranger, ADMINS, row.id, (1, 0)),
        close(world, row, who=stranger),
        reviews.waiting(world.database, stranger, ADMINS, None, 9, now),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await ids(world) == [row.id]


async def test_looking_leaves_one_line_an_hour_in_the_journal_of_the_person(world: World) -> None:
    patient = await world.patient(ANNA)
    row = await ask(world)
    await ask(world, 2, BORIS)  # has no account, so no journal
    for _ in range(2):
        await waiting(world)
        await opened(world, row)
    entries = await world.database.read(lambda tx: journal.of_patient(tx, patient.id, 0, 9))
    viewed = [one for one in entries if one.action == journal.VIEWED]
    assert [(one.record, one.record_id) for one in viewed] == [(journal.SUPPORT, row.id)]


async def test_reviews_come_one_by_one_and_are_decided_on_once(world: World) -> None:
    for number in range(2):
        visit = await been(world, ANNA, number=number)
        await rate(world, visit, 5)
        await comment(world, visit, f"{WITH_PHONE}, {number}")
        world.clock.move(HOUR)

    async def look(after: tuple[int, int] | None = None) -> reviews.Queue:
        return await reviews.waiting(world.database, OLEG, ADMINS, after, 9, world.clock.now())

    first = await look()
    assert first.comment is not None
    assert (first.comment.row.comment[-1], first.has_next, first.number) == ("0", True, 2)
    second = await look(first.mark)
    assert second.comment is not None
    assert (second.comment.row.comment[-1], second.has_next) == ("1", False)
    row = first.comment.row

    async def decide(who: int, *, is_shown: bool) -> None:
        now = world.clock.now()
        await reviews.decide(
            world.database,
            who,
            ADMINS,
            row.id,
            row.revision,
            now,
            is_shown=is_shown,
            seen=CommentState.WAITING,
        )

    await decide(OLEG, is_shown=True)
    with pytest.raises(CommentDecided) as refusal:
        await decide(VERA, is_shown=False)
    assert refusal.value.is_shown
    rest = await look()
    assert rest.comment is not None
    assert (rest.comment.row.comment[-1], rest.number) == ("1", 1)
    planned_words = await world.rows("SELECT 1 FROM notification WHERE kind = ?", feedback.REJECTED)
    assert planned_words == []
