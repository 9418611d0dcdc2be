"""Which windows ask for the PIN: every window has to be thought of."""

from aiogram.fsm.state import State
from aiogram_dialog import Dialog

from dialogs.lock import DiscreetWindow, PersonalWindow
from dialogs.states import Booking, Confirmation, Menu, Pin, Registration, Search, Settings, Support, Waiting
from tests.telegram import Line
from tests.windows import STATES, dialogs

DISCREET = {
    Menu.main,
    Menu.help,
    Search.found,
    Booking.about_facility,
    Confirmation.code,
    Support.main,
    Support.write,
}
FOR_EVERYBODY = {
    Booking.region,
    Booking.facility,
    Booking.specialty,
    Booking.doctor,
    Booking.day,
    Booking.calendar,
    Booking.time,
    Booking.taken,
    Booking.service,
    Booking.near,
    Booking.filters,
    Booking.filter_specialty,
    Booking.groups,
    Booking.ask_referral,
    Booking.doctor_filters,
    Booking.about_doctor,
    Booking.reviews,
    Booking.wish,
    Booking.wish_places,
    Registration.consent,
    Registration.consent_text,
    Registration.refused,
    Registration.phone,
    Registration.name,
    Registration.birth_date,
    Settings.main,
    Waiting.specialty,
    Support.sent,
    *Pin.__all_states__,
}
"""They show what everybody may look up, or ask without showing what was answered."""


def kind(conversations: dict[type, Dialog], state: State) -> type:
    return type(conversations[state.group].windows[state])


async def test_every_window_with_something_personal_asks_for_the_pin(line: Line) -> None:
    conversations = dialogs(line)
    kinds = {state: kind(conversations, state) for state in STATES}
    assert {state for state, kind in kinds.items() if kind is DiscreetWindow} == DISCREET
    open_ones = {state for state, kind in kinds.items() if kind not in (DiscreetWindow, PersonalWindow)}
    assert open_ones == FOR_EVERYBODY
