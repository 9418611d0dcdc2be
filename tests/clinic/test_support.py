"""Requests to support: written once, answered, seen by those whom they concern, deleted with their person."""

from datetime import timedelta

import pytest
from stdnum import damm

from bot import purge
from clinic import codes, exports, rights, rules, support
from clinic.errors import BadInput, NotFound, SupportAbsent, TooManyPosts, TooManyRequests
from clinic.support import ANSWERED, ASKED, NOTED, SOLVED, WAITS, NewFile, NewPost
from storage import journal, notifications, outgoing
from storage.notifications import Note
from storage.states import SupportState
from storage.support import RequestRow
from storage.types import Tx
from tests.world import World

ANNA, BORIS, OLEG, VERA = 101, 102, 901, 902
ADMINS = (OLEG, VERA)
WORDS = "не приходит талон, помогите"
PICTURE = NewFile("image/png", b"a picture with a secret in it")


async def ask(world: World, post_id: int = 1, chat: int = ANNA, *files: NewFile) -> RequestRow:
    new = NewPost(post_id, WORDS, files)
    now = world.clock.now()
    return await support.ask(world.database, chat, "ru", support.TECHNICAL, new, ADMINS, now, "0123abcd")


async def answer(world: World, row: RequestRow, post_id: int = 50, admin: int = OLEG) -> RequestRow:
    new = NewPost(post_id, "Проверили, всё пришло?")
    return await support.answer(world.database, admin, ADMINS, row.id, new, "Олег", world.clock.now())


async def planned(world: World) -> list[tuple[int, str]]:
    """Read whom messages are to reach, and of which kind, all that were ever planned."""

    def work(tx: Tx) -> list[tuple[int, str]]:
        later = world.clock.now() + timedelta(days=1)
        rows = outgoing.claim_due(tx, support.CHANNEL, later, later, 100)
        notes = [(notifications.note(tx, world.database.keyring, row), row.kind) for row in rows]
        return [(note.telegram_id, kind) for note, kind in notes if isinstance(note, Note)]

    return sorted(await world.database.write(work))


async def test_a_request_reaches_each_administrator_and_is_written_once(world: World) -> None:
    row = await ask(world)
    assert (await ask(world)).number == row.number  # the same update, worked again
    assert await planned(world) == sorted((admin, kind) for admin in ADMINS for kind in (ASKED, WAITS))
    assert len(await world.rows("SELECT * FROM support_request")) == 1
    assert (row.state, row.kind, row.mistake) == (SupportState.OPEN, support.TECHNICAL, "0123abcd")


async def test_the_number_reads_well_and_finds_slips(world: World) -> None:
    number = (await ask(world)).number
    assert len(number) == 7
    assert codes.grouped_request(number) == f"{number[:3]}-{number[3:]}"
    assert damm.is_valid(number)
    wrong = str((int(number[0]) + 1) % 10) + number[1:]
    assert not damm.is_valid(wrong)


async def test_an_answer_goes_to_the_person_and_is_seen_by_the_other_administrators(world: World) -> None:
    row = await ask(world)
    await answer(world, row)
    await answer(world, row)  # the same update, worked again
    told = await planned(world)
    assert told.count((ANNA, ANSWERED)) == 1
    assert told.count((VERA, NOTED)) == 1
    assert (OLEG, NOTED) not in told
    found = await support.thread(world.database, ANNA, row.id, 0, 10)
    assert found.request.state is SupportState.ANSWERED
    assert [(post.is_staff, post.by) for post, _ in found.posts] == [(True, "Олег"), (False, "")]


async def test_an_administrator_with_a_request_of_their_own_is_told_of_the_answer_once(world: World) -> None:
    row = await ask(world, 1, VERA)
    await answer(world, row)
    told = await planned(world)
    assert told.count((VERA, ANSWERED)) == 1
    assert (VERA, NOTED) not in told


@pytest.mark.parametrize("stranger", [ANNA, BORIS, 0, -1])
async def test_nobody_but_an_administrator_answers(world: World, stranger: int) -> None:
    row = await ask(world)
    with pytest.raises(NotFound):
        await answer(world, row, 51, stranger)
    assert len(await world.rows("SELECT * FROM support_post")) == 1


async def test_somebody_elses_request_is_as_if_it_were_not_there(world: World) -> None:
    row = await ask(world, 1, ANNA, PICTURE)
    new, now = NewPost(2, "подглядываю"), world.clock.now()
    for number in (row.id, 12345):
        for attempt in (
            support.thread(world.database, BORIS, number, 0, 1),
            support.add(world.database, BORIS, number, new, ADMINS, now),
            support.solve(world.database, BORIS, number, ADMINS, now),
            support.delete(world.database, BORIS, number, now),
            support.own_file(world.database, BORIS, 1, 0),
        ):
            with pytest.raises(NotFound):
                await attempt
    assert await support.requests(world.database, BORIS, 0, 5) == ([], False)


async def test_a_reply_is_about_the_request_of_its_message_and_on_the_right_side(world: World) -> None:
    row = await ask(world)
    await answer(world, row)
    database = world.database
    await support.came(database, OLEG, 11, 1, 0)
    await support.came(database, VERA, 12, 50, 0)
    await support.came(database, ANNA, 13, 50, 0)

    async def side(chat: int, message: int) -> bool | None:
        found = await support.replied(database, chat, message, ADMINS)
        return None if found is None else found.is_staff

    assert [await side(OLEG, 11), await side(VERA, 12), await side(ANNA, 13)] == [True, True, False]
    assert [await side(ANNA, 11), await side(BORIS, 13), await side(OLEG, 99)] == [None, None, None]
    assert await support.replied(database, OLEG, 11, ()) is None  # no administrator any more


async def test_a_settled_request_opens_again_when_more_is_written(world: World) -> None:
    row = await ask(world)
    await answer(world, row)
    now = world.clock.now()
    for _ in range(2):
        assert (await support.solve(world.database, ANNA, row.id, ADMINS, now)).id == row.id
    assert [one for one in await planned(world) if one[1] == SOLVED] == [(OLEG, SOLVED), (VERA, SOLVED)]
    await support.add(world.database, ANNA, row.id, NewPost(3, "нет, всё ещё"), ADMINS, now)
    found = await support.thread(world.database, ANNA, row.id, 0, 1)
    assert found.request.state is SupportState.OPEN
    assert found.has_next


async def test_without_administrators_nothing_is_written(world: World) -> None:
    with pytest.raises(SupportAbsent):
        await support.ask(world.database, ANNA, "ru", "other", NewPost(1, WORDS), (), world.clock.now())
    row = await ask(world)
    with pytest.raises(SupportAbsent):
        await support.add(world.database, ANNA, row.id, NewPost(2, WORDS), (), world.clock.now())


async def test_a_day_has_so_many_requests_and_posts_and_the_next_day_as_many_more(world: World) -> None:
    for number in range(rules.REQUESTS_A_DAY):
        row = await ask(world, number + 1)
    with pytest.raises(TooManyRequests):
        await ask(world, 90)
    await ask(world, 91, BORIS)  # another chat is another chat
    for number in range(rules.POSTS_A_DAY - 1):
        new = NewPost(100 + number, WORDS)
        await support.add(world.database, ANNA, row.id, new, ADMINS, world.clock.now())
    with pytest.raises(TooManyPosts):
        await support.add(world.database, ANNA, row.id, NewPost(99, WORDS), ADMINS, world.clock.now())
    world.clock.move(timedelta(days=1))
    await ask(world, 90)
    await support.add(world.database, ANNA, row.id, NewPost(99, WORDS), ADMINS, world.clock.now())


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        (NewPost(1, "  "), "request_empty"),
        (NewPost(1, "x" * (rules.REQUEST_LENGTH + 1)), "request_long"),
        (NewPost(1, "😷" * (rules.REQUEST_LENGTH // 2 + 1)), "request_long"),  # each is two for Telegram
        (NewPost(1, "x", (PICTURE,) * (rules.REQUEST_FILES + 1)), "request_files"),
    ],
)
async def test_what_cannot_be_taken_is_refused(world: World, new: NewPost, problem: str) -> None:
    with pytest.raises(BadInput) as refusal:
        await support.ask(world.database, ANNA, "ru", "other", new, ADMINS, world.clock.now())
    assert refusal.value.problem == problem


async def test_words_and_files_lie_sealed_and_open_in_their_order(world: World) -> None:
    files = tuple(NewFile("image/png", f"picture {number}".encode()) for number in range(3))
    await ask(world, 1, ANNA, *files)
    for number in range(3):
        row, content = await support.own_file(world.database, ANNA, 1, number)
        assert (row.size, content) == (9, f"picture {number}".encode())
    for table, column in (("support_post", "words"), ("support_file", "content")):
        for (value,) in await world.rows(f"SELECT {column} FROM {table}"):
            assert b"picture" not in value
            assert WORDS.encode() not in value


async def test_each_side_leaves_a_line_in_the_journal_of_the_person(world: World) -> None:
    patient = await world.patient(ANNA)
    row = await ask(world)
    await answer(world, row)
    await support.solve(world.database, ANNA, row.id, ADMINS, world.clock.now())
    entries = await world.database.read(lambda tx: journal.of_patient(tx, patient.id, 0, 9))
    lines = [(one.account_id == patient.account_id, one.action, one.record) for one in reversed(entries)]
    assert lines[1:] == [
        (True, "created", "support"),
        (False, "changed", "support"),
        (True, "changed", "support"),
    ]
    assert await world.database.read(journal.first_broken) is None


async def test_what_was_written_is_in_the_export_and_goes_with_the_account(world: World) -> None:
    await world.patient(ANNA)
    row = await ask(world, 1, ANNA, PICTURE)
    await answer(world, row)
    await support.came(world.database, OLEG, 11, 1, 0)
    await ask(world, 2, BORIS)
    data = exports.as_json(await exports.collect(world.database, ANNA, world.clock.now()))
    (request,) = data["support"]
    assert [(post["from"], post["text"]) for post in request["posts"]] == [
        ("you", WORDS),
        ("support", "Проверили, всё пришло?"),
    ]
    assert request["posts"][0]["files"] == [f"support/{row.number}-001-1.png"]
    erased = await rights.erase(world.database, ANNA, world.clock.now())
    assert erased.support == ((OLEG, 11),)
    assert len(await world.rows("SELECT * FROM support_request")) == 1
    assert await world.rows("SELECT * FROM support_file") == []
    assert await world.rows("SELECT * FROM support_copy") == []
    await support.came(world.database, OLEG, 12, 1, 1)  # it was just being sent
    assert await world.rows("SELECT * FROM support_copy") == []
    assert await support.delivery(world.database, 1, OLEG) is None


async def test_somebody_without_an_account_deletes_their_own(world: World) -> None:
    row = await ask(world, 1, BORIS, PICTURE)
    await support.delete(world.database, BORIS, row.id, world.clock.now())
    for table in ("support_request", "support_post", "support_file"):
        assert await world.rows(f"SELECT * FROM {table}") == []


async def test_a_request_of_long_ago_is_purged_and_a_live_one_stays(world: World) -> None:
    await ask(world, 1, ANNA, PICTURE)
    recent = await ask(world, 2)
    world.clock.move(purge.REQUESTS_KEPT)
    await answer(world, recent)
    world.clock.move(timedelta(seconds=1))
    await purge.purge(world.database, None, world.clock.now())
    assert await world.rows("SELECT id FROM support_request") == [(recent.id,)]
    assert await world.rows("SELECT id FROM support_file") == []


async def test_an_answer_that_did_not_come_goes_out_when_the_person_is_back(world: World) -> None:
    row = await ask(world)
    await answer(world, row)
    await planned(world)
    await support.come_back(world.database, ANNA, world.clock.now())
    told = await planned(world)
    assert told.count((ANNA, ANSWERED)) == 2
    await support.came(world.database, ANNA, 13, 50, 0)
    await support.come_back(world.database, ANNA, world.clock.now())
    assert (await planned(world)).count((ANNA, ANSWERED)) == 2
