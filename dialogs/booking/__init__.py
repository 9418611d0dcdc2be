"""«Записаться к врачу»: whom for, region, facility, specialty, doctor, day, time, purpose, confirm."""

from aiogram_dialog import Dialog

from dialogs import calendar, for_whom, letter, lists
from dialogs.booking import after, confirm, doctors, places, purpose, times, whom
from dialogs.states import Booking
from dialogs.widgets import Act, Choices, Pager, screen
from dialogs.yes_no import yes_or_no
from locales import later


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Booking.region,
            places.regions,
            Choices("r", places.choose_region),
            lists.show_all(),
            Pager(),
            typed=lists.narrow,
        ),
        screen(
            Booking.facility,
            places.facilities,
            Choices("f", places.choose_facility),
            lists.show_all(),
            Pager(),
            typed=lists.narrow,
        ),
        screen(
            Booking.specialty,
            doctors.specialties,
            Choices("s", doctors.choose_specialty),
            lists.show_all(),
            Pager(),
            typed=lists.narrow,
        ),
        screen(
            Booking.doctor,
            doctors.doctors,
            Choices("n", doctors.choose_nearest, source="nearest"),
            Choices("d", doctors.choose_doctor),
            Choices("l", letter.start, source="letter"),
            lists.show_all(),
            Pager(),
            typed=lists.narrow,
        ),
        screen(
            Booking.day,
            times.days,
            Choices("t", times.choose_time, source="offers"),
            Choices("d", times.choose_day, width=2),
            Act("grid", "📅 Another date", times.open_calendar, shown_if="has_days"),
            Act("doctor", "👤 Another doctor", times.other_doctor, shown_if="has_colleagues"),
            Choices("l", letter.start, source="letter"),
            typed=calendar.understand_day(times.STEPS),
            expected=later("I did not understand. Choose a day or type a date, for example 25.11."),
        ),
        screen(
            Booking.calendar,
            times.grid,
            calendar.Grid(times.STEPS),
            typed=calendar.understand_day(times.STEPS),
            expected=later("I did not understand. Choose a day or type a date, for example 25.11."),
        ),
        screen(
            Booking.time,
            times.times_of_day,
            Choices("p", calendar.choose_part, source="parts", width=3),
            Choices("t", times.choose_time, width=4),
            Pager(),
            typed=calendar.understand_time(times.STEPS),
            expected=later("I did not understand. Choose a time or type it, for example 9:30."),
        ),
        screen(
            Booking.purpose,
            purpose.purpose,
            Choices("p", purpose.choose_purpose),
            typed=purpose.type_purpose,
            is_prose=True,
            expected=later("Please say in words what the visit is for, or press «Skip»."),
            personal=True,
        ),
        screen(
            Booking.confirm,
            confirm.confirmation,
            Act("book", "✅ Book", confirm.confirm, shown_if="is_held"),
            Act("again", "🔄 Take it again", confirm.take_again, shown_if="is_lost"),
            Act("purpose", "✏️ Add a purpose", purpose.open_purpose, shown_if="has_no_purpose"),
            Act("change", "✏️ Change the purpose", purpose.open_purpose, shown_if="has_purpose"),
            Act("whom", "👤 For somebody else", whom.open_patient, shown_if="is_known"),
            typed=confirm.type_confirm,
            expected=later("To book this time press «Book»."),
            personal=True,
        ),
        screen(
            Booking.second,
            after.second,
            Act("move", "🔁 Move that visit", after.move_other),
            Act("more", "Book one more", confirm.confirm_second),
            personal=True,
        ),
        screen(
            Booking.overlap,
            after.overlap,
            Act("time", "🕘 Another time", after.other_time),
            Act("move", "🔁 Move that visit", after.move_other),
            personal=True,
        ),
        screen(
            Booking.taken,
            times.taken,
            Choices("t", times.choose_time),
            Act("days", "📅 Other days", times.other_days),
            Choices("l", letter.start, source="letter"),
        ),
        screen(
            Booking.done,
            after.done,
            Act("profile", "👤 Complete my data", after.complete_profile, shown_if="is_new"),
            back=False,
            personal=True,
        ),
        screen(
            Booking.patient,
            for_whom.question,
            Choices("p", whom.choose_patient),
            Pager(),
            Act("add", "➕ Add somebody", for_whom.add),
            Act("family", "👪 Family", for_whom.open_family),
            typed=for_whom.understand(whom.choose_patient),
            expected=later("Please press a name, or type it."),
            personal=True,
        ),
        screen(
            Booking.clash,
            after.clash,
            Act("yes", "✅ Book all the same", confirm.confirm_clash),
            Act("time", "🕘 Another time", after.other_time),
            typed=yes_or_no(confirm.confirm_clash, after.other_time),
            personal=True,
        ),
        on_start=places.begin,
        on_process_result=confirm.registered,
    )
