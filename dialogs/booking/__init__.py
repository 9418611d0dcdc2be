"""«Записаться к врачу»: whom for, region, facility, specialty, doctor, day, time, purpose, confirm."""

from aiogram_dialog import Dialog

from dialogs import for_whom, lists, needs, sent_files, typed_days
from dialogs.booking import after, confirm, doctors, places, purpose, times, whom, wishes
from dialogs.calendar import choose_part
from dialogs.grid import Grid
from dialogs.states import Booking
from dialogs.widgets import Act, Choices, Pager, screen
from dialogs.yes_no import yes_or_no
from locales import later

_EXPECT_DAY = later(
    "I did not understand. Choose a day, or type a date or a wish: 25.11, after 18, on Saturdays."
)


def dialog() -> Dialog:
    """Put the conversation together; a dispatcher needs one of its own."""
    return Dialog(
        screen(
            Booking.region,
            places.regions,
            Choices("r", places.choose_region),
            lists.everywhere(),
            lists.show_all(),
            Pager(),
            typed=lists.narrow,
        ),
        screen(
            Booking.facility,
            places.facilities,
            Choices("f", places.choose_facility),
            lists.everywhere(),
            lists.show_all(),
            Pager(),
            typed=lists.narrow,
        ),
        screen(
            Booking.specialty,
            doctors.specialties,
            Choices("s", doctors.choose_specialty),
            lists.everywhere(),
            lists.show_all(),
            Pager(),
            typed=lists.narrow,
        ),
        screen(
            Booking.doctor,
            doctors.doctors,
            Choices("n", doctors.choose_nearest, source="nearest"),
            Choices("d", doctors.choose_doctor),
            lists.everywhere(),
            lists.show_all(),
            Pager(),
            typed=lists.narrow,
        ),
        screen(
            Booking.day,
            times.days,
            Choices("t", times.choose_time, source="offers"),
            Choices("d", times.choose_day, width=2),
            Choices("x", times.drop_wish, source="chip"),
            Choices("w", times.go_way, source="ways", width=2),
            typed=typed_days.understand_day(times.STEPS),
            expected=_EXPECT_DAY,
        ),
        screen(
            Booking.calendar,
            times.grid,
            Grid(times.STEPS),
            Choices("x", times.drop_wish, source="chip"),
            typed=typed_days.understand_day(times.STEPS),
            expected=_EXPECT_DAY,
        ),
        screen(
            Booking.time,
            times.times_of_day,
            Choices("p", choose_part, source="parts", width=3),
            Choices("t", times.choose_time, width=4),
            Choices("n", times.choose_time, source="choices_of_all", width=2),
            Pager(),
            Choices("w", times.go_way, source="ways", width=2),
            typed=typed_days.understand_time(times.STEPS),
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
            Choices("paper", confirm.open_paper, source="papers", width=2),
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
        ),
        screen(
            Booking.done,
            after.done,
            Choices("paper", needs.open_paper, source="papers", width=2),
            Act("profile", "👤 Complete my data", after.complete_profile, shown_if="is_new"),
            typed=sent_files.take_unasked,
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
        needs.chooser(Booking.referral),
        screen(
            Booking.wish,
            wishes.wishes_screen,
            Choices("p", wishes.choose_part, source="parts", width=3),
            Choices("d", wishes.choose_weekday, source="weekdays", width=7),
            Choices("s", wishes.choose_set, source="sets", width=2),
            Choices("n", wishes.choose_notice, source="notice"),
            Act("more", "➕ One more, joined by «or»", wishes.begin_row, shown_if="has_row"),
            Act("places", "👥 Doctors and clinics", wishes.open_places, shown_if="has_places"),
            Act("clear", "✖️ Take all off", wishes.clear, shown_if="has_wish"),
            Act("show", "✅ Show the times", wishes.show),
            typed=wishes.understand,
            expected=later("I did not understand. For example: weekdays after 5 pm, except Thursday."),
        ),
        screen(
            Booking.wish_places,
            wishes.places,
            Choices("w", wishes.turn_place),
            Pager(),
            Act("show", "✅ Show the times", wishes.show_days),
        ),
        on_start=places.begin,
        on_process_result=confirm.registered,
    )
