// The page around a package, on the host of contents. It gives the package the API it looks for, and passes on what the package
// says to our own page, which believes none of it further than it must. The package can change anything here: it is its own house.
(() => {
  const { ours, kind, page } = document.body.dataset;
  const frame = document.getElementById("package");
  const KINDS = {
    scorm_12: {
      name: "API",
      make: (settings) => new window.Scorm12API(settings),
      writes: ["LMSSetValue"],
      ends: ["LMSCommit", "LMSFinish"],
      keys: [
        "cmi.core.lesson_status",
        "cmi.core.lesson_location",
        "cmi.core.score.raw",
        "cmi.core.score.min",
        "cmi.core.score.max",
        "cmi.core.session_time",
        "cmi.core.exit",
        "cmi.suspend_data",
      ],
    },
    scorm_2004: {
      name: "API_1484_11",
      make: (settings) => new window.Scorm2004API(settings),
      writes: ["SetValue"],
      ends: ["Commit", "Terminate"],
      keys: [
        "cmi.completion_status",
        "cmi.success_status",
        "cmi.location",
        "cmi.score.raw",
        "cmi.score.min",
        "cmi.score.max",
        "cmi.score.scaled",
        "cmi.session_time",
        "cmi.exit",
        "cmi.suspend_data",
      ],
    },
  };
  const standard = KINDS[kind];
  let api = null;
  let waiting = 0;

  const say = (message) => window.parent.postMessage(message, ours);

  const state = () => {
    const tree = { cmi: JSON.parse(JSON.stringify(api.cmi)) };
    const cmi = {};
    for (const key of standard.keys) {
      const value = key.split(".").reduce((at, part) => (at === undefined || at === null ? undefined : at[part]), tree);
      if (value !== undefined && value !== null) {
        cmi[key] = String(value);
      }
    }
    return cmi;
  };

  const tell = () => {
    window.clearTimeout(waiting);
    waiting = 0;
    say({ said: "state", cmi: state() });
  };

  const after = (names, then) => {
    for (const name of names) {
      const own = api[name].bind(api);
      api[name] = (...given) => {
        const answer = own(...given);
        then();
        return answer;
      };
    }
  };

  const begin = (opening) => {
    // Nothing is sent by the library itself, and nothing is logged.
    api = standard.make({ autocommit: false, logLevel: 5 });
    api.loadFromJSON(opening, "cmi");
    after(standard.writes, () => {
      waiting = waiting || window.setTimeout(tell, 250);
    });
    after(standard.ends, tell);
    window[standard.name] = api;
    frame.src = page;
  };

  const end = () => {
    // Packages say their last words when their page goes.
    frame.addEventListener("load", () => say({ said: "ended", cmi: api ? state() : {} }), { once: true });
    frame.src = "about:blank";
  };

  window.addEventListener("message", (event) => {
    if (event.origin !== ours || event.source !== window.parent) {
      return;
    }
    if (event.data.told === "begin" && !api) {
      begin(event.data.opening);
    } else if (event.data.told === "end") {
      end();
    }
  });
  say({ said: "ready" });
})();
