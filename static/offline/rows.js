// Draws the people of a register. A row stays the same element while it changes, so that nobody loses the place where they are.
export const MARKS = {
  attended: "Came",
  part: "In part",
  left_early: "Left early",
  apology: "Apology",
  no_show: "Not here",
};

export function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className ?? "";
  element.textContent = text ?? "";
  return element;
}

export function words(mark) {
  const said = MARKS[mark.mark];
  if (mark.mark === "part") {
    return `${said}, ${mark.from} to ${mark.until}`;
  }
  return mark.mark === "left_early" ? `${said} at ${mark.until}` : said;
}

function inside(text) {
  return text[0].toLowerCase() + text.slice(1);
}

function button(text, pressed) {
  const element = make("button", "govuk-button govuk-button--secondary", text);
  element.type = "button";
  element.addEventListener("click", pressed);
  return element;
}

// One person expected. `on` says what a press does: mark(booking, mark, from, until), decide(booking, mine), drop(booking).
class Row {
  constructor(person, hours, on) {
    this.booking = person.booking;
    this.on = on;
    this.element = make("fieldset", "gt-mark-row");
    this.element.id = `row-${person.booking}`;
    const legend = make("legend", "", `${person.name} `);
    legend.append(make("span", "", [person.agency, person.walk_in ? "walked in" : ""].filter(Boolean).join(", ")));
    this.buttons = make("div", "gt-marks");
    for (const [mark, label] of Object.entries(MARKS)) {
      this.buttons.append(this.radio(mark, label));
    }
    this.times = make("div", "gt-times");
    this.times.append(this.time("from", "From", person.name, hours), this.time("until", "Until", person.name, hours));
    this.error = make("p", "govuk-error-message");
    this.conflict = make("div", "gt-conflict");
    this.conflict.setAttribute("role", "group");
    this.conflict.setAttribute("aria-label", `Two marks for ${person.name}`);
    this.kept = make("p", "gt-kept");
    this.element.append(legend, this.buttons, this.times, this.error, this.conflict, this.kept);
  }

  radio(mark, label) {
    const cell = document.createElement("div");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: `mark-${this.booking}`, id: `mark-${this.booking}-${mark}`, value: mark });
    input.addEventListener("change", () => this.pressed());
    const name = make("label", "", label);
    name.htmlFor = input.id;
    cell.append(input, name);
    return cell;
  }

  time(which, label, name, { starts, ends }) {
    const cell = document.createElement("div");
    const input = make("input", "govuk-input");
    Object.assign(input, { type: "time", id: `${which}-${this.booking}`, min: starts, max: ends });
    input.addEventListener("change", () => this.pressed());
    this[which] = input;
    const words = make("label", "", label);
    words.htmlFor = input.id;
    words.append(make("span", "govuk-visually-hidden", `: ${name}`));
    cell.append(words, input);
    return cell;
  }

  get chosen() {
    return this.buttons.querySelector("input:checked")?.value ?? "";
  }

  showTimes() {
    this.times.hidden = !["part", "left_early"].includes(this.chosen);
    this.from.parentElement.hidden = this.chosen !== "part";
  }

  // What is wrong with the times, in a sentence; empty when the mark is complete.
  wrong() {
    const { min, max } = this.until;
    const [from, until] = [this.from.value, this.until.value];
    if (this.chosen === "left_early" && !(min < until && until < max)) {
      return `Not kept yet. Enter when they left, between ${min} and ${max}.`;
    }
    if (this.chosen === "part" && !(from && min <= from && from < until && until <= max)) {
      return `Not kept yet. Enter from when until when they were there, between ${min} and ${max}.`;
    }
    return "";
  }

  pressed() {
    this.showTimes();
    const wrong = this.wrong();
    this.says(this.error, wrong);
    if (wrong) {
      this.unfinished = true;
      return;
    }
    this.unfinished = false;
    const part = this.chosen === "part";
    const timed = part || this.chosen === "left_early";
    this.on.mark(this.booking, this.chosen, part ? this.from.value : "", timed ? this.until.value : "");
  }

  says(element, text) {
    element.textContent = text;
    element.hidden = !text;
  }

  // Shows what the register says (`person.mark`) and what is kept here and not sent (`mine`). Early, only apologies are pressed.
  show(person, mine, early) {
    for (const input of this.buttons.querySelectorAll("input")) {
      input.disabled = Boolean(person.gone) || (early && input.value !== "apology");
    }
    const shown = mine ?? person.mark;
    if (!this.unfinished) {
      for (const input of this.buttons.querySelectorAll("input")) {
        input.checked = input.value === shown?.mark;
      }
      this.from.value = shown?.from ?? "";
      this.until.value = shown?.until ?? "";
      this.says(this.error, mine?.answer === "refused" ? `Not sent. ${mine.sentence}.` : "");
      this.showTimes();
    }
    this.showConflict(person, mine);
    this.kept.classList.toggle("gt-kept--waiting", Boolean(mine));
    this.says(this.kept, mine ? `${words(mine)}: on this device, not sent yet.` : person.mark ? `${person.mark.said}.` : "");
  }

  showConflict(person, mine) {
    const state = mine && ["differs", "refused"].includes(mine.answer) ? `${mine.key} ${person.mark?.id} ${mine.answer}` : "";
    this.conflict.hidden = !state;
    if (this.conflict.dataset.state === state) {
      return; // a button somebody is about to press is not replaced
    }
    this.conflict.dataset.state = state;
    this.conflict.replaceChildren();
    if (!state) {
      return;
    }
    if (mine.answer === "refused") {
      this.conflict.append(button("Delete this mark from this device", () => this.on.drop(this.booking)));
      return;
    }
    const both = make("p");
    both.append(make("strong", "", "Two marks."), ` You: ${inside(words(mine))}. The register: ${inside(person.mark.said)}.`);
    this.conflict.append(
      both,
      button(`Keep yours: ${inside(words(mine))}`, () => this.on.decide(this.booking, true)),
      button(`Keep theirs: ${inside(words(person.mark))}`, () => this.on.decide(this.booking, false)),
    );
  }
}

// Somebody who walked in and is not on the server's register yet.
class WalkInRow {
  constructor(mark, on) {
    this.element = make("fieldset", "gt-mark-row");
    const legend = make("legend", "", `${mark.name} `);
    legend.append(make("span", "", `${mark.walk_in.agency}, walked in`));
    this.error = make("p", "govuk-error-message");
    this.kept = make("p", "gt-kept gt-kept--waiting", "Came: on this device, not sent yet.");
    this.email = make("input", "govuk-input govuk-!-margin-bottom-3");
    Object.assign(this.email, { type: "email", id: `email-${mark.id}`, autocomplete: "off" });
    this.label = make("label", "govuk-label", "Their email address");
    this.label.htmlFor = this.email.id;
    this.somebodyElse = button("This is somebody else: send with the address", () => on.resend(mark.id, this.email.value));
    this.same = button("It is the same person: delete it here", () => on.drop(mark.id));
    this.choices = make("div", "gt-conflict");
    this.choices.append(this.label, this.email, this.somebodyElse, this.same);
    this.takeOff = button("Take off", () => on.drop(mark.id));
    this.element.append(legend, this.error, this.kept, this.choices, this.takeOff);
  }

  show(mark) {
    this.error.textContent = mark.answer ? `Not sent. ${mark.sentence}.` : "";
    this.error.hidden = !mark.answer;
    this.choices.hidden = mark.answer !== "there";
    this.takeOff.hidden = mark.answer === "there";
  }
}

// All rows, kept in step with the register and with the marks that wait here.
export class Rows {
  constructor(place, on) {
    this.place = place;
    this.on = on;
    this.rows = new Map();
  }

  row(id, makeRow) {
    if (!this.rows.has(id)) {
      this.rows.set(id, makeRow());
    }
    return this.rows.get(id);
  }

  show(register, marks, early) {
    const listed = new Set(register.people.map((one) => one.booking));
    const gone = marks
      .filter((one) => one.booking && !listed.has(one.booking))
      .map((one) => ({ booking: one.booking, name: one.name ?? "Somebody", agency: "not on the register any more", gone: true }));
    const wanted = new Map();
    for (const person of [...register.people, ...gone]) {
      const row = this.row(person.booking, () => new Row(person, register, this.on));
      row.show(person, marks.find((one) => one.booking === person.booking), early);
      wanted.set(person.booking, row);
    }
    for (const mark of marks.filter((one) => one.walk_in)) {
      const row = this.row(mark.id, () => new WalkInRow(mark, this.on));
      row.show(mark);
      wanted.set(mark.id, row);
    }
    for (const [id, row] of this.rows) {
      if (!wanted.has(id)) {
        row.element.remove();
        this.rows.delete(id);
      }
    }
    let after = null;
    for (const { element } of wanted.values()) {
      const next = after ? after.nextSibling : this.place.firstChild;
      if (next !== element) {
        this.place.insertBefore(element, next);
      }
      after = element;
    }
  }
}
