// The page around a package, on the host of contents. It gives the package the API it looks for, and passes on what the package
// says to our own page, which believes none of it further than it must. The package can change anything here: it is its own house.
(() => {
  const { ours, kind, page } = document.body.dataset;
  const frame = document.getElementById("package");
  const KINDS = {
    scorm_12: {
      name: "API",
      make: (settings) => new window.Scorm12API(settings),
      begins: "LMSInitialize",
      writes: "LMSSetValue",
      commits: "LMSCommit",
      ends: "LMSFinish",
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
      begins: "Initialize",
      writes: "SetValue",
      commits: "Commit",
      ends: "Terminate",
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
  // Did the package open its connection, and did it end the visit itself?
  let spoke = false;
  let ended = false;

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
    if (spoke) {
      say({ said: "state", cmi: state(), ended });
    }
  };

  const after = (name, then) => {
    const own = api[name].bind(api);
    api[name] = (...given) => {
      const answer = own(...given);
      then(String(answer) === "true");
      return answer;
    };
  };

  const begin = (opening) => {
    // Nothing is sent by the library itself, and nothing is logged.
    api = standard.make({ autocommit: false, logLevel: 5 });
    api.loadFromJSON(opening, "cmi");
    const soon = () => {
      waiting = waiting || window.setTimeout(tell, 250);
    };
    after(standard.begins, (done) => {
      spoke = spoke || done;
      soon();
    });
    after(standard.writes, soon);
    after(standard.commits, tell);
    after(standard.ends, (done) => {
      ended = ended || done;
      tell();
    });
    window[standard.name] = api;
    frame.src = page;
  };

  const end = () => {
    // Packages say their last words when their page goes.
    frame.addEventListener("load", () => say({ said: "closed", cmi: spoke ? state() : null, ended }), { once: true });
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
