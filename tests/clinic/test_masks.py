"""Numbers as they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import masks

MASKS = (
    masks.mask_policy, masks.mask_snils, masks.mask_inn, masks.mask_document, masks.mask_phone,
    masks.mask_email, masks.mask_rest,
)  # fmt: skip


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masks.mask_policy, "7755310884000121", "7755 •••• •••• 0121"),
        (masks.mask_policy, "123456789", "••••• 6789"),
        (masks.mask_snils, "112-233-445 95", "•••-•••-445 95"),
        (masks.mask_inn, "123456789047", "•••• •••• 9047"),
        (masks.mask_document, "4510 123456", "•••• ••3456"),
        (masks.mask_document, "I-МЮ 123456", "•-•• ••3456"),
        (masks.mask_document, "XIV-МЮ 123456", "•••-•• ••3456"),
        (masks.mask_document, "AB1234567", "•••••••67"),
        (masks.mask_document, "1234", "•••4"),
        (masks.mask_phone, "+79161234567", "+7 916 •••-••-67"),
        (masks.mask_phone, "+375291234567", "+375 ••••••• 67"),
        (masks.mask_email, "anna@example.ru", "a•••@example.ru"),
        (masks.mask_email, "a@example.ru", "a•••@example.ru"),
    ],
)
def test_masks(mask, value: str, shown: str) -> None:
    assert mask(value) == shown


@pytest.mark.parametrize("mask", MASKS, ids=lambda mask: mask.__name__)
@given(value=st.text() | st.text("+0123456789", max_size=14))
def test_masks_bear_anything_and_hide_most_of_it(mask, value: str) -> None:
    shown = mask(value)
    if "@" not in value:
        kept = sum(sign.isalnum() for sign in shown)
        assert kept <= max(8, len(value) // 4)
        assert shown != value or not any(sign.isalnum() for sign in value)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+79990000101", "+7 999 000-01-01"), ("+4915112345678", "+49 1511 2345678")],
)
def test_a_phone_is_shown_in_groups(phone: str, shown: str) -> None:
    assert masks.shown_phone(phone) == shown
