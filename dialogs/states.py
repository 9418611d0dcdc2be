"""Every conversation and what is being chosen in it, in reading order."""

from aiogram.fsm.state import State, StatesGroup


class Menu(StatesGroup):
    """The first screen."""

    main = State()
    help = State()


class Search(StatesGroup):
    """What was found for a message that answered no question."""

    found = State()


class Booking(StatesGroup):
    """From a region to a booked time."""

    region = State()
    facility = State()
    specialty = State()
    doctor = State()
    day = State()
    calendar = State()
    time = State()
    purpose = State()
    confirm = State()
    second = State()
    overlap = State()
    taken = State()
    done = State()
    patient = State()
    clash = State()
    near = State()
    filters = State()
    filter_specialty = State()
    about_facility = State()
    groups = State()
    ask_referral = State()
    doctor_filters = State()
    about_doctor = State()
    referral = State()
    wish = State()
    wish_places = State()
    service = State()
    obstacle = State()
    reviews = State()


class Registration(StatesGroup):
    """Who is being booked: asked once, while the chosen time is held."""

    consent = State()
    consent_text = State()
    refused = State()
    phone = State()
    name = State()
    birth_date = State()
    check = State()
    sex = State()


class Letter(StatesGroup):
    """The letter that says that there are no times."""

    main = State()


class Confirmation(StatesGroup):
    """The code that came by SMS or e-mail."""

    code = State()


class Visits(StatesGroup):
    """«Мои записи»: a list, a card and what can be done with it."""

    list = State()
    card = State()
    change = State()
    cancel_reason = State()
    cancel_confirm = State()
    cancelled = State()
    move_reason = State()
    move_doctor = State()
    move_day = State()
    move_calendar = State()
    move_time = State()
    move_wish = State()
    move_confirm = State()
    moved = State()
    email = State()
    move_taken = State()
    referral = State()
    ticket = State()
    result = State()


class History(StatesGroup):
    """What is over or cancelled: a list, its filters, the export."""

    list = State()
    filters = State()
    choose = State()
    export = State()


class Documents(StatesGroup):
    """A patient's documents."""

    list = State()
    person = State()
    kind = State()
    send = State()
    item = State()
    delete = State()


class Profile(StatesGroup):
    """A patient's data: a list, and a window for each field."""

    main = State()
    clinic = State()
    surname = State()
    given_name = State()
    patronymic = State()
    born_on = State()
    sex = State()
    region = State()
    snils = State()
    inn = State()
    policy = State()
    policy_doubt = State()
    insurer = State()
    identity = State()
    identity_number = State()
    phone = State()
    email = State()
    benefit = State()


class Settings(StatesGroup):
    """The language, and the ways to everything that can be set."""

    main = State()


class Reminders(StatesGroup):
    """When reminders come and by which way."""

    main = State()
    lead = State()
    add = State()
    hour = State()
    quiet = State()
    changes = State()
    whose = State()


class Pin(StatesGroup):
    """The PIN: set, changed, taken away, forgotten."""

    main = State()
    present = State()
    new = State()
    again = State()
    forgot = State()
    contact = State()


class Family(StatesGroup):
    """For whom the account acts, who acts for its person, and the links between them."""

    list = State()
    add = State()
    name = State()
    surname = State()
    birth_date = State()
    check = State()
    card = State()
    remove = State()
    relative = State()
    links = State()
    invitation = State()
    accepted = State()
    acting = State()
    take_back = State()
    phone = State()


class Waiting(StatesGroup):
    """«Лист ожидания»: what is waited for, joining, times that are offered."""

    list = State()
    card = State()
    check = State()
    wish = State()
    mode = State()
    until = State()
    joined = State()
    leave = State()
    offer = State()
    patient = State()
    specialty = State()


class Feedback(StatesGroup):
    """How a visit was: the rating, five points, a comment; what an administrator decides of one."""

    main = State()
    rate = State()
    timely = State()
    information = State()
    convenience = State()
    notifications = State()
    protection = State()
    comment = State()
    remove = State()
    check = State()


class Rights(StatesGroup):
    """«Мои права»: what is known is sent, shown, deleted."""

    main = State()
    journal = State()
    erase = State()
    confirm = State()


class Support(StatesGroup):
    """«Поддержка»: what it is about, what happened, one's requests and their answers."""

    main = State()
    write = State()
    sent = State()
    list = State()
    card = State()


class Desk(StatesGroup):
    """What administrators work through: requests that wait, one of them, its answer; reviews to check."""

    main = State()
    request = State()
    answer = State()
    comments = State()


GROUPS: tuple[type[StatesGroup], ...] = (
    Menu,
    Search,
    Booking,
    Registration,
    Letter,
    Confirmation,
    Visits,
    History,
    Documents,
    Profile,
    Settings,
    Family,
    Rights,
    Feedback,
    Waiting,
    Reminders,
    Pin,
    Support,
    Desk,
)
WITHOUT_QUESTION: frozenset[State] = frozenset(
    {
        Menu.main,
        Menu.help,
        Search.found,
        Booking.done,
        Booking.taken,
        Booking.about_facility,
        Booking.about_doctor,
        Booking.reviews,
        Visits.list,
        Visits.card,
        Visits.cancelled,
        Visits.moved,
        Documents.list,
        Documents.item,
        Profile.main,
        Settings.main,
        Reminders.main,
        Pin.main,
        Family.list,
        Family.card,
        Family.links,
        Feedback.main,
        Rights.main,
        Rights.journal,
        Support.list,
    }
)
"""Windows that ask nothing: what is typed there and means nothing to them is searched for."""
BY_NAME: dict[str, State] = {
    state.state: state for group in GROUPS for state in group.__all_states__ if state.state
}
"""Every state by the name under which a conversation's trail remembers it."""
