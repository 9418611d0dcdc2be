"""The picture in place of a doctor's photo."""

import io

from PIL import Image

from documents import portrait


def test_it_is_a_small_picture_with_the_initials_in_the_middle() -> None:
    content = portrait.png(portrait.initials("Анна", "Чехова"), "demo-mow-1-01")
    assert len(content) < 20_000
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    assert picture.size == (720, 360)
    colours = {picture.getpixel((x, 180)) for x in range(0, 720, 3)}
    assert (255, 255, 255) in colours


def test_the_same_doctor_looks_the_same_and_others_differ() -> None:
    assert portrait.png("АЧ", "one") == portrait.png("АЧ", "one")
    assert len({portrait.png("АЧ", str(key)) for key in range(30)}) > 3


def test_who_has_one_name_or_none_has_a_picture_too() -> None:
    assert portrait.initials("Анна", "") == "А"
    assert portrait.png(portrait.initials("", ""), "nobody")
