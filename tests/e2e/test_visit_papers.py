"""What is missing for a visit: told at the last look, after it and on the card, and added there."""

from sandbox.actor import Actor
from storage.database import connect
from tests.e2e.conftest import Stand
from tests.e2e.steps import book_nearest, confirm, open_visit, register
from tests.e2e.test_documents import picture

POLICY = "7755 3108 8400 0121"


def write(stand: Stand, statement: str) -> None:
    connection = connect(stand.store)
    connection.execute(statement)
    connection.close()


async def last_look(stand: Stand) -> Actor:
    """Go as somebody new to the last look at a visit that needs a referral."""
    write(stand, "UPDATE specialty SET needs_referral = 1 WHERE id = 1")
    anna = stand.box.person("Анна")
    await anna.start()
    await anna.expect("Здравствуйте!")
    await anna.press("🩺 Записаться к врачу")
    await anna.press("Москва")
    await anna.press("✅ Направление есть")
    await anna.press("⚡ Ближайшее")
    await register(anna)
    await anna.expect("Проверьте, пожалуйста")
    return anna


async def send_referral(anna: Actor, name: str = "к кардиологу.png") -> None:
    await anna.expect("Направление")
    await anna.upload(picture(), name)
    await anna.press("✅ Готово")


async def test_what_is_missing_is_added_from_the_last_look_and_the_time_stays_kept(stand: Stand) -> None:
    anna = await last_look(stand)
    assert "Для приёма не хватает: полис ОМС, направление" in anna.text
    held = stand.rows("SELECT slot_id FROM hold")
    await anna.press("📎 Полис ОМС")
    await anna.expect("16 цифр")
    await anna.press("‹ Назад")
    await anna.expect("Проверьте, пожалуйста")
    assert stand.rows("SELECT slot_id FROM hold") == held
    await anna.press("📎 Полис ОМС")
    await anna.send("7755")
    await anna.expect("16 цифр")
    await stand.restart()
    await anna.send(POLICY)
    if "другого человека" in anna.text or "похож" in anna.text:
        await anna.press("✅")
    await anna.expect("Сохранено")
    assert "Для приёма не хватает: направление" in anna.text
    await anna.press("📎 Добавить направление")
    await send_referral(anna)
    await anna.expect("Направление приложено: к кардиологу.png")
    assert "не хватает" not in anna.text
    assert stand.rows("SELECT slot_id FROM hold") == held
    await confirm(anna)
    await anna.expect("Вы записаны")
    assert stand.rows("SELECT count(*) FROM attachment") == [(1,)]
    await anna.expect_document(1)
    await open_visit(anna)
    await anna.expect("Направление приложено: к кардиологу.png")


async def test_the_booking_goes_on_without_and_the_card_takes_it_later(stand: Stand) -> None:
    anna = await last_look(stand)
    await confirm(anna)
    await anna.expect("Вы записаны")
    assert "Для приёма не хватает: направление" in anna.text
    await anna.expect_document(1)
    await anna.press("📎 Добавить направление")
    await anna.press("‹ Назад")
    await anna.expect("Вы записаны")
    await open_visit(anna)
    assert "Для приёма не хватает: полис ОМС, направление" in anna.text
    await anna.press("📎 Направление")
    await send_referral(anna, "первое.png")
    await anna.expect("Направление приложено: первое.png")
    await anna.press("📎 Направление")
    await anna.expect("Какое направление приложить")
    await anna.press("➕ Добавить другое")
    await send_referral(anna, "второе.png")
    await anna.expect("Направление приложено: второе.png")
    await anna.press("📎 Направление")
    await anna.press("первое.png")
    await anna.expect("Направление приложено: первое.png")
    await anna.press("📎 Направление")
    await anna.press("Без направления")
    await anna.expect("больше не приложено")
    assert "Направление приложено:" not in anna.text


async def test_a_stored_referral_is_attached_at_the_last_look(stand: Stand) -> None:
    anna = stand.box.person("Анна")
    await book_nearest(anna)
    await anna.upload(picture(), "старое.png")
    await anna.press("Направление")
    await anna.press("✅ Готово")
    await anna.send("/book")
    await anna.press("Приморский")
    await anna.press("⚡ Ближайшее")
    await anna.expect("Проверьте, пожалуйста")
    await anna.press("📎 Направление")
    await anna.expect("Какое направление приложить")
    await anna.press("‹ Назад")
    await anna.expect("Проверьте, пожалуйста")
    assert stand.rows("SELECT count(*) FROM hold") == [(1,)]
    await anna.press("📎 Направление")
    await anna.press("старое.png")
    await anna.expect("Направление приложено: старое.png")
    await confirm(anna)
    await anna.expect("Вы записаны")
    assert stand.rows("SELECT count(*) FROM attachment") == [(1,)]


async def test_without_a_required_paper_the_booking_is_refused_with_the_way_out(stand: Stand) -> None:
    write(stand, "INSERT INTO required_paper VALUES ('therapist', 'referral')")
    anna = await last_look(stand)
    assert "записывают, только если есть: направление" in anna.text
    await confirm(anna)
    await anna.expect("к этому врачу не записывают")
    assert stand.rows("SELECT count(*) FROM appointment") == [(0,)]
    assert stand.rows("SELECT count(*) FROM hold") == [(1,)]
    await anna.press("📎 Направление")
    await send_referral(anna)
    await anna.expect("Направление приложено")
    await confirm(anna)
    await anna.expect("Вы записаны")


async def test_the_papers_in_english(stand: Stand) -> None:
    anna = await last_look(stand)
    await confirm(anna)
    await anna.expect_document(1)
    await anna.send("/settings")
    await anna.press("English")
    await anna.send("/my")
    await anna.expect("Your visits")
    await anna.press(" · ")
    await anna.expect("Missing for the visit: OMS policy, referral")
    await anna.press("📎 Referral")
    await anna.upload(picture(), "referral.png")
    await anna.press("✅ Ready")
    await anna.expect("Referral: referral.png")
