// Talking to the server. Whatever comes of it is a value: { is: "heard", said }, "no-network", "signed-out" or "refused".

async function ask(address, options = {}) {
  try {
    const usual = { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(20_000) };
    const answer = await fetch(address, { ...usual, ...options });
    if (answer.type === "opaqueredirect") {
      return { is: "signed-out" }; // to the page where one signs in
    }
    if (answer.status >= 500 || answer.status === 429) {
      return { is: "no-network" };
    }
    return answer.ok ? { is: "heard", said: await answer.json() } : { is: "refused", status: answer.status };
  } catch {
    return { is: "no-network" };
  }
}

function address(key) {
  const [reference, number] = key.split("/");
  return `/sessions/${encodeURIComponent(reference)}/register/${number}/marks`;
}

// The register as it is now, with the token that goes with the next thing sent in this visit.
export function hear(key) {
  return ask(address(key));
}

export function send(key, token, marks) {
  const body = JSON.stringify({ marks });
  return ask(address(key), { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body });
}
