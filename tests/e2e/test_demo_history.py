"""«make demo»: somebody has been at doctors before, with what came out of it."""

from bot.demo import playground
from bot.middlewares import Flood
from bot.send_limits import SendLimits
from clinic.codes import is_number
from sandbox.transcript import words
from storage.demo import past


def test_the_numbers_of_the_demo_are_such_as_tickets_have() -> None:
    assert all(is_number(number) for number in past.NUMBERS)


async def test_vera_looks_up_what_her_doctors_wrote() -> None:
    limits = SendLimits(10_000, 10_000, 10_000)
    async with playground(flood=Flood(burst=1_000), limits=limits) as box:
        vera = box.person("Вера")
        told = await vera.expect("Готов результат приёма")
        await vera.press("📄 Открыть результат", message=told)
        await vera.expect("ОРВИ лёгкого течения")
        await vera.send("история")
        listed = words(await vera.expect("неявка"))
        assert [listed.count(outcome) for outcome in ("завершена", "прошла", "неявка")] == [2, 1, 1]
        await vera.press(next(label for label in vera.buttons if label.startswith("✅")))
        card = words(await vera.expect("ОРВИ лёгкого течения"))
        assert "🏥 общий анализ крови.pdf" in card
        await vera.press("🏥 общий")
        sent = await vera.expect_document(1)
        assert box.download(sent["document"]).startswith(b"%PDF-")
