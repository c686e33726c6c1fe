// The register without a network. What is pressed is on this device's disk before anything else happens, and it leaves it only when
// the server has said that it is kept, or when a person has decided so. Without ?register=… it lists what is kept here.
import { hear, send } from "./sending.js?v=6a7c1a60399b";
import { deleteOld, dropMark, forget, keepMark, keepRegister, read, registers } from "./store.js?v=811ba63ac7aa";
import { make, Rows } from "./rows.js?v=b06812b74c74";

const AT_ONCE = 50;
const AGAIN_AFTER = 20_000;
const key = new URLSearchParams(location.search).get("register") ?? "";
const part = (id) => document.getElementById(id);

let register; // as last heard, or as it was kept here; it may be on the screen only
let marks = []; // what waits here to be sent or decided
let state = { is: "opening" };
let stored = false; // are the names on this device’s disk?
let works = false; // does the page open without a network?
let busy = false;
let oncemore = false;

// The time there is for the server, so that a phone whose clock is wrong tells no wrong times.
const clock = () => new Date(Date.now() + (register?.ahead ?? 0));
const plural = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
const toSend = () => marks.filter((one) => !one.answer && one.by === register.by);
const newKey = () => crypto.randomUUID();

const rows = new Rows(part("people"), {
  mark: (booking, mark, from, until) => keep({ booking, mark, from, until }),
  decide,
  drop: (booking) => drop(marks.find((one) => one.booking === booking || one.id === booking)),
  resend: (id, email) => {
    const { answer, sentence, ...mark } = marks.find((one) => one.id === id);
    return put({ ...mark, walk_in: { ...mark.walk_in, email }, key: newKey() });
  },
});

function keep({ booking, mark, from, until }) {
  const person = register.people.find((one) => one.booking === booking);
  const seen = person.mark?.id ?? 0;
  return put({ id: `${key} ${booking}`, booking, name: person.name, mark, from, until, seen, key: newKey() });
}

async function put(given) {
  const mark = { ...given, register: key, by: given.by ?? register.by, by_name: given.by_name ?? register.by_name };
  mark.made_at ??= clock().toISOString();
  marks = [...marks.filter((one) => one.id !== mark.id), mark]; // before it waits for the disk, so that no older answer overtakes it
  await keepMark(mark);
  stored = await keepRegister(register);
  draw();
  return round();
}

async function drop(mark) {
  await dropMark(mark);
  marks = marks.filter((one) => one.id !== mark.id || one.key !== mark.key);
  stored = await keepRegister(register);
  draw();
}

// Two marks for one person: theirs stays, or mine is sent once more, as one that has seen theirs.
function decide(booking, mine) {
  const { answer, sentence, made_at, ...mark } = marks.find((one) => one.booking === booking);
  if (!mine) {
    return drop(mark);
  }
  return put({ ...mark, seen: register.people.find((one) => one.booking === booking).mark.id, key: newKey() });
}

// What the server says of the register takes the place of what was here. A mark that says the same as the register is no conflict.
async function take({ register: heard, person, person_name, now }) {
  register = { ...heard, by: person, by_name: person_name, heard_at: Date.now(), ahead: new Date(now) - Date.now() };
  for (const mark of marks.filter((one) => one.answer === "differs")) {
    const theirs = register.people.find((one) => one.booking === mark.booking)?.mark;
    if (theirs && ["mark", "from", "until"].every((name) => theirs[name] === mark[name])) {
      await dropMark(mark);
      marks = marks.filter((one) => one !== mark);
    }
  }
  stored = await keepRegister(register);
}

async function answered(answers) {
  for (const mark of marks.filter((one) => answers[one.key])) {
    const { answer, sentence } = answers[mark.key];
    if (answer === "kept") {
      await dropMark(mark);
      marks = marks.filter((one) => one !== mark);
    } else if (marks.includes(mark)) {
      Object.assign(mark, { answer, sentence });
      await keepMark(mark);
    }
  }
}

function asSent({ key: name, made_at, booking, mark, from, until, seen, walk_in }) {
  return walk_in ? { key: name, made_at, walk_in } : { key: name, made_at, booking, mark, from, until, seen };
}

// Hears what the register says now and sends what waits, one round at a time.
async function round() {
  if (busy) {
    oncemore = true;
    return;
  }
  busy = true;
  try {
    do {
      oncemore = false;
      await hearAndSend();
    } while (oncemore);
  } finally {
    busy = false;
  }
}

async function hearAndSend() {
  let answer = await hear(key);
  if (answer.is === "heard") {
    await take(answer.said);
  }
  while (answer.is === "heard" && toSend().length) {
    const some = toSend().slice(0, AT_ONCE).map(asSent);
    answer = await send(key, answer.said.csrf_token, some);
    if (answer.is === "heard") {
      await answered(answer.said.answers);
      await take(answer.said);
      state.sentAt = clock();
    }
  }
  state = { ...state, is: answer.is };
  draw();
}

function stateWords() {
  const waiting = marks.filter((one) => !one.answer).length;
  const others = [...new Set(marks.filter((one) => one.by !== register.by).map((one) => one.by_name))].filter(Boolean);
  const left = waiting ? `On this device: ${plural(waiting, "mark")} not sent yet.` : "Nothing waits to be sent.";
  const sent = state.sentAt ? `Sent at ${state.sentAt.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" })}.` : "";
  if (state.is === "signed-out") {
    return waiting ? `Sign in again to send ${plural(waiting, "mark")}. They are kept on this device.` : "You are not signed in any more.";
  }
  if (state.is === "no-network") {
    return `No network: your marks are kept on this device. ${waiting ? `${plural(waiting, "mark")} not sent yet.` : ""}`;
  }
  if (state.is === "refused") {
    return `This register does not take marks from you any more. ${left} Ask the learning and development team.`;
  }
  if (waiting && others.length) {
    return `${left} They were made by ${others.join(" and ")}, who must sign in to send them.`;
  }
  return waiting ? left : sent || "This is how the register stands now.";
}

function drawKeeping() {
  const [title, rest] = part("keeping").children;
  part("keeping").hidden = false;
  if (stored && !works) {
    title.textContent = "Keeping this register on this device.";
    rest.textContent = "Stay on this page a moment longer.";
  } else if (stored) {
    title.textContent = "This register is on this device.";
    rest.textContent = "It opens without a network. To find it again, put this page on your home screen from the browser’s menu, or keep it as a bookmark.";
  } else {
    title.textContent = "Everybody is marked and everything is sent.";
    rest.textContent = "The names are no longer kept on this device: close this page, and they are gone.";
  }
}

function drawCount() {
  const said = (one) => marks.find((mark) => mark.booking === one.booking)?.mark ?? one.mark?.mark;
  const expected = register.people.filter((one) => !one.walk_in);
  const count = (...which) => expected.filter((one) => which.includes(said(one))).length;
  const walkedIn = register.people.filter((one) => one.walk_in).length + marks.filter((one) => one.walk_in).length;
  const figures = [
    [expected.length, "expected", true],
    [count("attended", "part", "left_early"), "came", true],
    [count("apology"), "sent apologies"],
    [count("no_show"), "not here"],
    [walkedIn, "walked in"],
    [expected.filter((one) => !said(one)).length, "to mark", true],
  ];
  part("count").replaceChildren(
    ...figures.filter(([number, , always]) => number || always).map(([number, words]) => {
      const line = make("li", "", ` ${words}`);
      line.prepend(make("b", "", String(number)));
      return line;
    }),
  );
}

function draw() {
  if (!register?.people) {
    return drawNothing();
  }
  document.title = `Register: ${register.title}`;
  part("title").textContent = document.title;
  part("reference").textContent = `${register.reference}, ${register.when}`;
  part("reference").hidden = false;
  const early = clock() < new Date(register.opens_at);
  rows.show(register, marks, early);
  fillOrganisations();
  part("walk-in").hidden = early;
  drawCount();
  drawKeeping();
  if (early) {
    part("keeping").children[1].textContent = `The register opens on ${register.opens}. Until then only apologies can be marked.`;
  }
  const undecided = marks.filter((one) => one.answer);
  part("attention").hidden = !undecided.length;
  part("attention").textContent = `${plural(undecided.length, "mark needs", "marks need")} your decision: ${undecided.map((one) => one.name).join(", ")}.`;
  part("state").textContent = stateWords();
  part("send").hidden = !toSend().length || state.is === "signed-out";
  part("sign-in").hidden = state.is !== "signed-out";
  part("sign-in").href = `/sign-in?next=${encodeURIComponent(`/offline?register=${key}`)}`;
  part("online").href = `/sessions/${encodeURIComponent(register.reference)}/register/${key.split("/")[1]}`;
  part("hours").textContent = register.hours;
  part("forget").hidden = marks.length > 0;
  part("register").hidden = false;
}

// There is nothing to show: why, and what to do.
function drawNothing() {
  const why = {
    sent: ["Its marks are sent.", "The names have been deleted from this device. With a network it opens again."],
    old: ["The names have been deleted from this device.", "It had not heard from us for 72 hours. With a network the register opens again, and marks of people on the list are sent."],
  }[register?.deleted] ?? ["This register is not on this device.", "Open it once while you have a network."];
  const [title, rest] = part("keeping").children;
  const now = {
    opening: ["Opening the register.", ""],
    "signed-out": ["You are not signed in.", "Sign in, and the register opens."],
    refused: ["This register is not yours to keep, or it is not there.", "Look under Teaching for those that are."],
  }[state.is];
  [title.textContent, rest.textContent] = now ?? why;
  if (state.is === "signed-out") {
    const link = make("a", "gt-link", "Sign in");
    link.href = `/sign-in?next=${encodeURIComponent(`/offline?register=${key}`)}`;
    rest.append(" ", link);
  }
  part("keeping").hidden = false;
}

async function list() {
  const kept = (await registers()).filter((one) => one.people);
  part("kept").hidden = false;
  part("kept-none").hidden = kept.length > 0;
  for (const one of kept) {
    const link = make("a", "gt-link", one.title);
    link.href = `/offline?register=${encodeURIComponent(one.key)}`;
    const line = document.createElement("li");
    line.append(link, make("p", "gt-small", one.when));
    part("kept-list").append(line);
  }
}

function fillOrganisations() {
  const box = part("organisation");
  if (box.options.length < 2) {
    box.append(...register.organisations.map(([id, name]) => new Option(name, id)));
  }
}

async function addWalkIn(event) {
  event.preventDefault();
  const form = part("walk-in");
  const { first_name, last_name, organisation, email } = Object.fromEntries(new FormData(form));
  const problem =
    (!first_name.trim() && "Enter the first name") ||
    (!last_name.trim() && "Enter the last name") ||
    (!organisation && "Select where they work") ||
    (!part("email").checkValidity() && "Enter an email address in the correct format, like name@example.org.uk");
  part("walk-in-error").hidden = !problem;
  part("walk-in-error").textContent = problem || "";
  if (problem) {
    return;
  }
  const agency = part("organisation").selectedOptions[0].text;
  const name = newKey();
  form.reset();
  await put({
    id: `${key} ${name}`,
    key: name,
    name: `${first_name.trim()} ${last_name.trim()}`,
    walk_in: { first_name, last_name, organisation_id: Number(organisation), email, agency },
  });
}

async function open() {
  ({ register, marks } = await read(key));
  stored = Boolean(register?.people);
  draw();
  await round();
  setInterval(() => document.visibilityState === "visible" && round(), AGAIN_AFTER);
  addEventListener("online", round);
  addEventListener("offline", round);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && round());
  addEventListener("cleared", () => location.reload()); // somebody has signed out: nothing of it stays in sight
}

part("walk-in").addEventListener("submit", addWalkIn);
part("send").addEventListener("click", round);
part("forget").addEventListener("click", async () => {
  await forget(register);
  location.assign("/offline");
});

async function keepPage() {
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/offline" });
    await navigator.serviceWorker.ready;
    works = true;
    navigator.storage?.persist?.();
    if (register) {
      draw();
    }
  } catch {
    // Without a network nothing new is kept; what was kept before is what has just opened this page.
    works = Boolean(navigator.serviceWorker?.controller);
  }
}

keepPage();
await deleteOld(Date.now());
await (key ? open() : list());
