"""What somebody who checks in sends: a button, or six characters."""

from lms.forms import Form, HiddenField, TextField


class Here(Form):
    """“I am here”, with the proof that the code was scanned in time."""

    proof = HiddenField()


class TypeCode(Form):
    """The six characters under the picture."""

    code = TextField(
        "Code",
        required="Enter the six characters of the code",
        longest=20,
        description="Six letters and digits, such as K7M 4PX. They change every 20 seconds; capital or small does not matter",
    )
