"""E-learning of the demonstration, made here: two small packages, one of each standard, and a knowledge check.

The packages are written for the demonstration and hold nothing of anybody else's. Each asks, says how far and how well, and can
be left and taken up again.
"""

import io
import zipfile
from datetime import timedelta
from string import Template

from demo.loading import FIRST_MOMENT, Loaded
from lms.accounts.models import Person
from lms.catalogue.models import CountedBy, Course, CourseKind
from lms.db import db
from lms.elearning import intake, operations
from lms.elearning.rules import Question

MANIFESTS = {
    "scorm_12": """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="golden-thread-demo" version="1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="all"><organization identifier="all"><title>$title</title>
<item identifier="one" identifierref="page"><title>$title</title><adlcp:masteryscore>60</adlcp:masteryscore></item>
</organization></organizations>
<resources><resource identifier="page" type="webcontent" adlcp:scormtype="sco" href="index.html"><file href="index.html"/>
<file href="course.js"/><file href="course.css"/></resource></resources></manifest>
""",
    "scorm_2004": """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="golden-thread-demo" version="1" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3">
<metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
<organizations default="all"><organization identifier="all"><title>$title</title>
<item identifier="one" identifierref="page"><title>$title</title></item></organization></organizations>
<resources><resource identifier="page" type="webcontent" adlcp:scormType="sco" href="index.html"><file href="index.html"/>
<file href="course.js"/><file href="course.css"/></resource></resources></manifest>
""",
}

PAGE = Template("""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>$title</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="course.css"></head>
<body><main><p class="made-up">Made up for the demonstration.</p><h1>$title</h1>
$pages
<p id="where" role="status"></p>
<p><button id="back" type="button">Back</button> <button id="next" type="button">Next</button></p></main>
<script src="course.js"></script></body></html>
""")

STYLE = """body { margin: 0; font: 1.1rem/1.5 system-ui, sans-serif; color: #14262a; background: #fff; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem; }
h1 { line-height: 1.2; } label { display: block; margin: .6rem 0; }
button { font: inherit; min-height: 44px; padding: 0 1.2rem; border: 2px solid #123f47; background: #fff; color: #123f47; }
button:hover { background: #e8eff0; } .made-up { color: #4a5a5e; font-size: .95rem; }
input { width: 1.4rem; height: 1.4rem; vertical-align: -.25rem; margin-right: .5rem; }
"""

#: Looks for either API where SCORM says it is, in the windows around this one.
SCRIPT = """(function () {
  var at = window, api = null, old = false;
  for (var up = 0; up < 10 && !api; up += 1) {
    if (at.API_1484_11) { api = at.API_1484_11; }
    else if (at.API) { api = at.API; old = true; }
    if (at === at.parent) { break; }
    at = at.parent;
  }
  function call(name, a, b) {
    if (!api) { return ""; }
    if (name === "get") { return old ? api.LMSGetValue(a) : api.GetValue(a); }
    if (name === "set") { return old ? api.LMSSetValue(a, b) : api.SetValue(a, b); }
    if (name === "begin") { return old ? api.LMSInitialize("") : api.Initialize(""); }
    if (name === "commit") { return old ? api.LMSCommit("") : api.Commit(""); }
    return old ? api.LMSFinish("") : api.Terminate("");
  }
  var KEY = old
    ? { place: "cmi.core.lesson_location", score: "cmi.core.score.raw", time: "cmi.core.session_time", exit: "cmi.core.exit" }
    : { place: "cmi.location", score: "cmi.score.raw", time: "cmi.session_time", exit: "cmi.exit" };
  var began = new Date(), ended = false;
  var pages = document.querySelectorAll("section"), place = 0;
  call("begin");
  place = Math.min(parseInt(call("get", KEY.place), 10) || 0, pages.length - 1);
  var kept = call("get", "cmi.suspend_data");
  var chosen = kept ? JSON.parse(kept) : {};
  var inputs = document.querySelectorAll("input");
  for (var i = 0; i < inputs.length; i += 1) {
    inputs[i].checked = chosen[inputs[i].name] === inputs[i].value;
    inputs[i].addEventListener("change", function (event) {
      chosen[event.target.name] = event.target.value;
      call("set", "cmi.suspend_data", JSON.stringify(chosen));
    });
  }
  function status(far, well) {
    if (old) { call("set", "cmi.core.lesson_status", well || far); return; }
    call("set", "cmi.completion_status", far);
    if (well) { call("set", "cmi.success_status", well); }
  }
  function show() {
    for (var i = 0; i < pages.length; i += 1) { pages[i].hidden = i !== place; }
    document.getElementById("where").textContent = "Page " + (place + 1) + " of " + pages.length;
    document.getElementById("back").hidden = place === 0;
    document.getElementById("next").textContent = place < pages.length - 2 ? "Next" : "Hand in";
    document.getElementById("next").hidden = place === pages.length - 1;
    call("set", KEY.place, String(place));
  }
  function mark() {
    var asked = {}, right = 0, all = 0;
    for (var i = 0; i < inputs.length; i += 1) {
      asked[inputs[i].name] = true;
      if (inputs[i].checked && inputs[i].value === "right") { right += 1; }
    }
    for (var name in asked) { if (asked[name]) { all += 1; } }
    var score = Math.round(100 * right / all);
    call("set", KEY.score, String(score));
    call("set", old ? "cmi.core.score.max" : "cmi.score.max", "100");
    call("set", old ? "cmi.core.score.min" : "cmi.score.min", "0");
    if (!old) { call("set", "cmi.score.scaled", String(score / 100)); }
    status("completed", score >= 60 ? "passed" : "failed");
    var said = score >= 60 ? "passed." : "not passed. Go back and try again.";
    document.getElementById("result").textContent = right + " of " + all + " right: " + said;
  }
  function two(number) { return (number < 10 ? "0" : "") + number; }
  function leave() {
    if (ended) { return; }
    ended = true;
    var seconds = Math.round((new Date() - began) / 1000);
    call("set", KEY.time, old
      ? two(Math.floor(seconds / 3600)) + ":" + two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60)
      : "PT" + seconds + "S");
    call("set", KEY.exit, "suspend");
    call("end");
  }
  document.getElementById("next").addEventListener("click", function () {
    place += 1;
    if (place === pages.length - 1) { mark(); } else { status("incomplete"); }
    show();
    call("commit");
  });
  document.getElementById("back").addEventListener("click", function () { place -= 1; show(); });
  window.addEventListener("pagehide", leave);
  window.addEventListener("unload", leave);
  if (!call("get", KEY.place)) { status("incomplete"); }
  show();
  call("commit");
})();
"""


def _question(name: str, text: str, answers: list[tuple[str, bool]]) -> str:
    labels = "\n".join(
        f'<label><input type="radio" name="{name}" value="{"right" if right else f"wrong-{number}"}">{words}</label>'
        for number, (words, right) in enumerate(answers)
    )
    return f"<fieldset><legend>{text}</legend>\n{labels}\n</fieldset>"


#: What the two packages say: pages of words, then one page of questions, then the result.
LESSONS = {
    "scorm_12": (
        "First steps: what you notice matters",
        [
            "<p>You will not see everything, and you need not be sure. What you notice is one piece; others hold the rest.</p>"
            "<p>Write down what you saw and heard, when, and in whose words.</p>",
            "<p>Tell your safeguarding lead the same day. If a child is in danger now, call 999 first.</p>",
        ],
        [
            ("You saw something that worries you, and you are not sure. What do you do?",
             [("Wait until you are sure", False), ("Tell your safeguarding lead today", True), ("Ask the parents first", False)]),
            ("What do you write down?",
             [("What you saw and heard, in the words that were said", True), ("What you think it means", False)]),
        ],
    ),
    "scorm_2004": (
        "Accidents at home: hot drinks",
        [
            "<p>Hot drinks scald many small children. A cup can still scald a baby a quarter of an hour after it was made."
            "</p><p>Put it down, out of reach, before you pick up the child.</p>",
        ],
        [
            ("How long after it was made can a cup of tea still scald a baby?",
             [("A quarter of an hour", True), ("Two minutes", False)]),
        ],
    ),
}  # fmt: skip


def package(standard: str) -> bytes:
    """The package of this standard (“scorm_12” or “scorm_2004”) as a ZIP file, the same bytes each time."""
    title, texts, questions = LESSONS[standard]
    sections = [f"<section>{text}</section>" for text in texts]
    asked = "\n".join(_question(f"q{number}", *one) for number, one in enumerate(questions))
    sections += [f"<section>{asked}</section>", '<section><p id="result" role="status"></p></section>']
    files = {
        "imsmanifest.xml": Template(MANIFESTS[standard]).substitute(title=title),
        "index.html": PAGE.substitute(title=title, pages="\n".join(sections)),
        "course.js": SCRIPT,
        "course.css": STYLE,
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 9, 2, 9, 0, 0)), text)
    return made.getvalue()


CHECK = [
    Question(
        "A colleague tells you of a child who is in danger right now. Whom do you call first?",
        ("Your manager", "999", "Your safeguarding lead"),
        frozenset({1}),
    ),
    Question(
        "What belongs into a record of a concern?",
        ("The date and the time", "The words that were said", "Your guess at the reason"),
        frozenset({0, 1}),
    ),
]


def add_elearning(loaded: Loaded) -> None:
    """One course gets the package of SCORM 1.2 and a knowledge check, another the package of SCORM 2004. In the caller's
    transaction."""
    now = FIRST_MOMENT - timedelta(days=20)
    first, second = (_course(loaded, code) for code in (FIRST, SECOND))
    for course, standard, name in ((first, "scorm_12", "first-steps.zip"), (second, "scorm_2004", "hot-drinks.zip")):
        taken = intake.package(io.BytesIO(package(standard)), name)
        operations.add_content(course=course, intake=taken, replaces=None, by=None, now=now)
    operations.add_check(
        course=first, title="What would you do?", questions=CHECK, pass_mark=50, replaces=None, by=None, now=now
    )


def book_elearning(loaded: Loaded, learner: str) -> None:
    """Somebody has booked the first, and not begun. In the caller's transaction."""
    person = db.session.get_one(Person, loaded.people[learner].id)
    operations.book(course=_course(loaded, FIRST), person=person, now=FIRST_MOMENT - timedelta(days=3))


#: The courses that get something to do. Where the partnership's report names none of them, they are made up too.
FIRST, SECOND = "ACN", "CAP"
MADE_UP = {
    FIRST: ("An awareness of child abuse and neglect", "To know what to do with what you notice."),
    SECOND: ("Child accident prevention", "To know what scalds small children at home, and how to prevent it."),
}


def _course(loaded: Loaded, code: str) -> Course:
    if code not in loaded.courses:
        title, aim = MADE_UP[code]
        loaded.courses[code] = Course(
            code=code,
            title=title,
            kind=CourseKind.E_LEARNING,
            aim=f"{aim} Made up for the demonstration.",
            outcomes=[],
            audience="Everybody who works with children",
            modes=["e_learning"],
            hours=0.5,
            counted_by=CountedBy.BOOKINGS,
            provided_by="partnership",
            tags=["e-learning"],
            position=len(loaded.courses) + 1,
        )
        db.session.add(loaded.courses[code])
        db.session.flush()
    return db.session.get_one(Course, loaded.courses[code].id)
