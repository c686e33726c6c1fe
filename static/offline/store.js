// What is kept on this device, in IndexedDB: registers (with names) and the marks that have not been acknowledged yet.
//
// A register: what the server said of it, and heard_at, the moment it said so by this device's clock. Once its names are deleted
// only { key, title, when, heard_at, deleted } is left: deleted is "sent" or "old".
// A mark: { id, register, booking or walk_in, key (its name for the server, new at each press), by, made_at, … }. Its id is that of the
// person on this register, so there is at most one for each.
const HOUR = 3_600_000;
const STORES = ["registers", "marks"];

let opened;

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("registers", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("registers", { keyPath: "key" });
      request.result.createObjectStore("marks", { keyPath: "id" });
    };
    request.onsuccess = () => {
      // Signing out in another window clears everything under our feet.
      request.result.onclose = () => dispatchEvent(new Event("cleared"));
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opened;
}

// Does the work in one transaction; what it wrote is on the disk when this returns, whatever happens to the browser next.
async function change(work) {
  const transaction = (await database()).transaction(STORES, "readwrite", { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const found = await work(transaction.objectStore("registers"), transaction.objectStore("marks"));
  await done;
  return found;
}

async function look(name) {
  return settled((await database()).transaction(name).objectStore(name).getAll());
}

// Pages of ours that know nothing of registers ask only these two: is something unsent, and are names to be deleted.
async function note() {
  const [registers, marks] = [await look("registers"), await look("marks")];
  localStorage.setItem("marks-not-sent", String(marks.length));
  localStorage.setItem("registers-kept", String(registers.filter((one) => one.people).length));
}

export function registers() {
  return look("registers");
}

export async function read(key) {
  const register = (await registers()).find((one) => one.key === key);
  return { register, marks: (await look("marks")).filter((one) => one.register === key) };
}

export async function keepMark(mark) {
  await change((_, marks) => marks.put(mark));
  await note();
}

// Deletes a mark unless it has been changed since it was sent: then the newer one is still to be sent.
export async function dropMark({ id, key }) {
  await change(async (_, marks) => {
    const kept = await settled(marks.get(id));
    if (kept?.key === key) {
      marks.delete(id);
    }
  });
  await note();
}

function withoutNames({ key, title, when, heard_at }, deleted) {
  return { key, title, when, heard_at, deleted };
}

// Keeps a register as long as it is needed: while marks are not acknowledged, or somebody is left to mark. Returns whether it is.
export async function keepRegister(register) {
  const kept = await change(async (registers, marks) => {
    const waiting = (await settled(marks.getAll())).some((one) => one.register === register.key);
    const needed = waiting || !register.people.length || register.people.some((one) => !one.mark);
    registers.put(needed ? register : withoutNames(register, "sent"));
    return needed;
  });
  await note();
  return kept;
}

export async function forget(register) {
  await change((registers) => registers.put(withoutNames(register, "sent")));
  await note();
}

// Deletes the names of registers this device has not heard of for too long. A mark of somebody on the list can still be sent, by the
// reference of the booking; somebody who walked in is nothing but a name and goes.
export async function deleteOld(now) {
  await change(async (registers, marks) => {
    const old = (await settled(registers.getAll())).filter((one) => now - one.heard_at > (one.hours ?? 72) * HOUR);
    for (const register of old) {
      const mine = (await settled(marks.getAll())).filter((one) => one.register === register.key);
      for (const { name, walk_in, ...mark } of mine) {
        if (walk_in) {
          marks.delete(mark.id);
        } else {
          marks.put(mark);
        }
      }
      if (mine.length || register.people) {
        registers.put(withoutNames(register, "old"));
      } else {
        registers.delete(register.key);
      }
    }
  });
  await note();
}
