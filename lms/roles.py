"""The roles a person can hold. Apart from permissions.py so that tables can name them without knowing who may do what."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is here. `label` is the word people read."""

    PRACTITIONER = "practitioner"
    TRAINER = "trainer"
    TRAINING_LEAD = "training_lead"
    DSL = "dsl"
    HEADTEACHER = "headteacher"
    GOVERNOR = "governor"
    EDUCATION_ADVISER = "education_adviser"
    LD_OFFICER = "ld_officer"
    LD_GROUP = "ld_group"
    SCRUTINEER = "scrutineer"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role in words."""
        return LABELS[self]


LABELS = {
    Role.PRACTITIONER: "Practitioner",
    Role.TRAINER: "Trainer",
    Role.TRAINING_LEAD: "Training lead",
    Role.DSL: "Designated safeguarding lead",
    Role.HEADTEACHER: "Headteacher",
    Role.GOVERNOR: "Governor",
    Role.EDUCATION_ADVISER: "Safeguarding education adviser",
    Role.LD_OFFICER: "L&D officer",
    Role.LD_GROUP: "L&D group member",
    Role.SCRUTINEER: "Independent scrutineer",
    Role.ADMINISTRATOR: "Administrator",
}
