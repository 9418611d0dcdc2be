"""What a press under a reminder of a family's day is answered with."""

from dataclasses import replace

from clinic.family_days import Confirmed
from handlers.visit_presses import ANSWER, _all_expected
from locales import translator
from tests.world import CHEKHOV, World


async def test_where_not_all_names_fit_it_is_still_said_that_some_are_not_confirmed(world: World) -> None:
    visit = await world.book(101, await world.slot_id(CHEKHOV, 1))
    person = replace(visit.person, given_name="Александра-Серафима")
    many = Confirmed((replace(visit, person=person),) * 6, 2)
    said = _all_expected(translator("ru"), many)
    assert said == "Спасибо, ждём вас! Без подтверждения: 2 приёма, они перенесены, отменены или прошли."
    assert "Александра-Серафима" in _all_expected(translator("ru"), replace(many, visits=many.visits[:2]))
    assert len(said) <= ANSWER
