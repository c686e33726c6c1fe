// An open part of a course, on our own page: the frame of a package on the host of contents, or a video. Saves what is said of
// progress, one message a second at most, and says whether it is saved. Believes only its own frame, on that host.
const part = document.querySelector("[data-elearning]");
const { contents, frame: frameAddress, save, back, sandbox } = part.dataset;
const opening = JSON.parse(part.dataset.opening);
const token = part.dataset.token;
const said = document.getElementById("said");
const stands = document.getElementById("stands");
const video = part.querySelector("video");
document.getElementById("without").remove();
document.getElementById("close").hidden = false;
const SAVE_EVERY = 1000;
const ALIVE_EVERY = 60_000;

let latest = null;
let sending = null;
let sentAt = 0;
let over = false;

const show = (sentence) => {
  if (said.textContent !== sentence) {
    said.textContent = sentence;
  }
};

const stop = (sentence) => {
  over = true;
  latest = null;
  part.querySelector("iframe")?.remove();
  video?.pause();
  show(sentence);
};

const send = async (body, keepalive = false) => {
  const answer = await fetch(save, {
    method: "POST",
    credentials: "same-origin",
    redirect: "manual",
    keepalive,
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  if (answer.type === "opaqueredirect" || answer.status === 400) {
    stop("Not saved: you are no longer signed in. Sign in, and open the course again. What was saved before is safe.");
    return false;
  }
  const found = await answer.json();
  if (answer.status === 409) {
    stop(found.message);
  } else if (!answer.ok) {
    show(found.message);
  } else if (!over) {
    stands.textContent = found.stands;
    show(body.cmi || body.watched ? "Saved." : said.textContent);
  }
  return answer.ok;
};

const pump = async () => {
  if (over || sending || latest === null) {
    return sending;
  }
  sending = (async () => {
    await new Promise((done) => window.setTimeout(done, Math.max(0, sentAt + SAVE_EVERY - Date.now())));
    const body = latest;
    latest = null;
    sentAt = Date.now();
    try {
      if (body) {
        await send(body);
      }
    } catch {
      latest = latest ?? body;
      sentAt = Date.now() + 4000;
      show("Not saved yet: there is no connection. We keep trying.");
    }
  })();
  await sending;
  sending = null;
  return latest === null ? null : pump();
};

const keep = (body) => {
  if (!over) {
    latest = body;
    void pump();
  }
};

const flush = async () => {
  while (!over && (sending || latest !== null)) {
    await (sending ?? pump());
  }
};

const leave = async () => {
  await flush();
  if (!over) {
    window.location.assign(back);
  }
};

if (frameAddress) {
  const frame = document.createElement("iframe");
  frame.className = "gt-player__frame";
  frame.title = part.dataset.title;
  frame.setAttribute("sandbox", sandbox);
  frame.setAttribute("allow", "autoplay; fullscreen");
  window.addEventListener("message", (event) => {
    if (event.origin !== contents || event.source !== frame.contentWindow || typeof event.data !== "object" || !event.data) {
      return;
    }
    if (event.data.said === "ready") {
      frame.contentWindow.postMessage({ told: "begin", opening }, contents);
    } else if (["state", "closed"].includes(event.data.said) && typeof event.data.cmi === "object") {
      // Nothing at all: the package never opened its connection.
      if (event.data.cmi) {
        keep({ cmi: event.data.cmi, ended: event.data.ended === true });
      }
      if (event.data.said === "closed") {
        void leave();
      }
    }
  });
  frame.src = frameAddress;
  part.querySelector("[data-stage]").append(frame);
  document.getElementById("close").addEventListener("click", () => {
    show("Saving.");
    frame.contentWindow?.postMessage({ told: "end" }, contents);
    // A package that does not answer is left all the same.
    window.setTimeout(() => void leave(), 3000);
  });
}

if (video) {
  const watched = () => {
    const pieces = [];
    for (let number = 0; number < video.played.length; number += 1) {
      pieces.push([Math.floor(video.played.start(number)), Math.ceil(video.played.end(number))]);
    }
    return { watched: pieces.filter(([start, end]) => end > start), length: Math.ceil(video.duration) };
  };
  const tell = () => {
    if (Number.isFinite(video.duration) && video.played.length) {
      keep(watched());
    }
  };
  video.addEventListener("loadedmetadata", () => {
    const at = Number(part.dataset.at);
    if (at && at < video.duration - 2) {
      video.currentTime = at;
    }
  });
  let told = 0;
  video.addEventListener("timeupdate", () => {
    if (Date.now() - told > 5000) {
      told = Date.now();
      tell();
    }
  });
  for (const happened of ["pause", "ended"]) {
    video.addEventListener(happened, tell);
  }
  document.getElementById("close").addEventListener("click", () => {
    video.pause();
    tell();
    void leave();
  });
}

window.addEventListener("pagehide", () => {
  if (!over && latest) {
    void send(latest, true).catch(() => {});
  }
});

window.setInterval(() => {
  if (!over && latest === null && !sending && Date.now() - sentAt > ALIVE_EVERY / 2) {
    send({}).catch(() => {});
  }
}, ALIVE_EVERY);
