"""Who works in which kind of house, in order of importance: a small house has the first few only."""

from storage.demo.places import ADULTS, CHILDREN, DENTAL, HEALTH, HEART, HOSPITAL

ROSTERS: dict[str, tuple[str, ...]] = {
    ADULTS: (
        "therapist", "therapist", "gynecologist", "surgeon", "otorhinolaryngologist", "ophthalmologist",
        "neurologist", "therapist", "cardiologist", "endocrinologist", "urologist", "family_doctor",
        "dermatologist", "ultrasound", "orthopedist",
    ),
    CHILDREN: (
        "pediatrician", "pediatrician", "otorhinolaryngologist", "ophthalmologist", "neurologist",
        "pediatric_surgeon", "pediatrician", "pediatric_dentist", "orthopedist", "allergist",
        "pediatric_cardiologist", "pediatric_endocrinologist", "pediatric_urologist", "ultrasound",
    ),
    HOSPITAL: (
        "surgeon", "cardiologist", "orthopedist", "neurologist", "gastroenterologist", "ultrasound",
        "pulmonologist", "oncologist", "infectious_disease_doctor", "nephrologist", "neurosurgeon",
        "endoscopist", "rheumatologist", "hematologist",
    ),
    DENTAL: (
        "dentist", "dentist", "dental_surgeon", "prosthodontist", "orthodontist", "pediatric_dentist",
        "dentist",
    ),
    HEART: (
        "cardiologist", "cardiologist", "functional_diagnostics", "vascular_surgeon",
        "pediatric_cardiologist", "ultrasound", "cardiologist", "therapist",
    ),
    HEALTH: (
        "family_doctor", "gynecologist", "dermatologist", "psychotherapist", "allergist",
        "gastroenterologist", "dietitian", "exercise_therapist", "pediatrician", "urologist",
        "manual_therapist",
    ),
}  # fmt: skip

SIZES: dict[str, tuple[int, int]] = {
    ADULTS: (11, 15),
    CHILDREN: (9, 14),
    HOSPITAL: (8, 14),
    DENTAL: (5, 7),
    HEART: (5, 8),
    HEALTH: (7, 11),
}
"""Fewest and most doctors of a kind of house."""

SECOND: dict[str, str] = {
    "cardiologist": "functional_diagnostics",
    "neurologist": "reflexologist",
    "therapist": "preventive_doctor",
    "otorhinolaryngologist": "audiologist",
    "surgeon": "coloproctologist",
}
"""What a doctor may see people as besides, on days of its own."""
