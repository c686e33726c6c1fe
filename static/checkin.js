// Keeps the check-in code on the wall fresh. Without this the page loads itself again, and has a link that does.
const wall = document.getElementById("wall");
const problem = document.getElementById("problem");
const MOST = 5; // seconds between two looks, so that the count on the wall keeps up with the room

function says(text) {
  problem.textContent = text;
  problem.hidden = !text;
}

function show({ picture, code, came, expected }) {
  document.getElementById("picture").src = picture;
  document.getElementById("code").textContent = code;
  const count = document.getElementById("present");
  count.firstElementChild.textContent = came;
  count.lastChild.textContent = ` of ${expected} expected are here`;
  says("");
}

function again(seconds) {
  setTimeout(look, 1000 * Math.min(seconds + 0.1, MOST));
}

async function look() {
  let wait = MOST;
  try {
    const answer = await fetch(wall.dataset.source, { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(10_000) });
    if (answer.type === "opaqueredirect") {
      says("You are not signed in any more, so the code has stopped changing. Sign in again.");
      return;
    }
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }
    const found = await answer.json();
    if (found.closed) {
      location.reload();
      return;
    }
    show(found);
    wait = found.changes_in;
  } catch {
    says("There is no network just now, so the code does not change. Mark people on the register without a network.");
  }
  again(wait);
}

again(Number(wall.dataset.changesIn));
