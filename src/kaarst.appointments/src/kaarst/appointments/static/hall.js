/* Keeps the citizen's ticket and the terminal going; display.js uses what is at the top. Everything
   works without it: the ticket has a button, the terminal has links and buttons. */
"use strict";

const SECONDS = 4;
const LONGEST = 60;

/* Asks for the queue every few seconds, for days: what goes wrong is tried again, ever more slowly. */
const follow = (address, show, lost) => {
  let etag = "";
  let wait = SECONDS;
  let failed = 0;
  let next = 0;
  let asking = false;
  const ask = async () => {
    if (asking) {
      return;
    }
    asking = true;
    clearTimeout(next);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 10000);
    try {
      const headers = { Accept: "application/json" };
      if (etag) {
        headers["If-None-Match"] = etag;
      }
      const answer = await fetch(address, { headers, cache: "no-store", signal: stop.signal });
      if (answer.status !== 304) {
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        const board = await answer.json();
        etag = answer.headers.get("ETag") || "";
        show(board);
      }
      wait = SECONDS;
      failed = 0;
    } catch {
      failed += 1;
      wait = Math.min(wait * 2, LONGEST);
    } finally {
      clearTimeout(timer);
    }
    // One answer may get lost; three are a lost connection.
    lost(failed > 2);
    asking = false;
    next = setTimeout(ask, wait * 1000);
  };
  // A phone that comes out of the pocket, or back into the network, is not left waiting.
  const now = () => {
    if (document.visibilityState === "visible") {
      wait = SECONDS;
      ask();
    }
  };
  window.addEventListener("online", now);
  document.addEventListener("visibilitychange", now);
  next = setTimeout(ask, SECONDS * 1000);
};

const fill = (text, values) =>
  Object.entries(values).reduce((found, [name, value]) => found.replace(`{${name}}`, value), text);

/* The citizen's own ticket on the phone: says where to go as soon as it is called. */
const mine = document.getElementById("my-ticket");
if (mine && mine.dataset.queue) {
  const part = (id) => document.getElementById(`my-ticket-${id}`);
  const state = part("state");
  const words = mine.dataset;
  const say = (element, text) => {
    if (element.textContent !== text) {
      element.textContent = text;
    }
  };
  let said = mine.classList.contains("k-current") ? state.textContent : "";
  follow(
    mine.dataset.queue,
    (found) => {
      const called = found.state === "called";
      const before = words[["next", "one"][found.before] || "many"];
      const sentence = { called: fill(words.call, { counter: found.counter || "–" }) };
      // Only what has changed is written: the state is read out each time it is.
      say(state, sentence[found.state] || words[found.state]);
      say(part("desk"), found.desk === words.desk ? "" : fill(words.at, found));
      say(part("before"), found.before === null ? "" : fill(before, { count: found.before }));
      say(part("minutes"), found.minutes === null ? "" : fill(words.minutes, found));
      mine.classList.toggle("k-current", called);
      if (called && state.textContent !== said) {
        document.title = `${mine.dataset.number}: ${state.textContent}`;
        if (navigator.vibrate) {
          navigator.vibrate([200, 100, 200]);
        }
      }
      said = called ? state.textContent : "";
    },
    (lost) => {
      part("offline").hidden = !lost;
    },
  );
}

/* The clerk's page of the day: says when somebody came or was called meanwhile. */
const changed = document.getElementById("changed");
if (changed) {
  follow(
    changed.dataset.queue,
    (found) => {
      const calls = found.calls.map((call) => `${call.number}:${call.calls}`);
      const state = `${found.waiting} ${found.next.join(" ")} ${calls.join(" ")}`;
      changed.hidden = state === changed.dataset.state;
    },
    () => {},
  );
}

/* The terminal without a network says so instead of leading to a page of the browser. At its start
   it is loaded anew as soon as something on it has changed and nobody has touched it for a while. */
let away = false;
const offline = document.getElementById("offline");
if (offline && offline.dataset.queue) {
  const main = document.querySelector("main");
  const words = (page) => page.textContent.replace(/\s+/g, " ");
  let touched = 0;
  ["pointerdown", "keydown"].forEach((event) =>
    document.addEventListener(event, () => {
      touched = Date.now();
    }),
  );
  const renew = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const other = page.querySelector("main");
      if (answer.ok && other && words(other) !== words(main) && Date.now() - touched > 30000) {
        location.reload();
      }
    } catch {
      // The next minute tries again.
    }
  };
  follow(
    offline.dataset.queue,
    () => {},
    (lost) => {
      away = lost;
      offline.hidden = !lost;
      main.inert = lost;
    },
  );
  if (!document.getElementById("timeout")) {
    setInterval(renew, 60000);
  }
}

/* The terminal: back to the start when nobody is there any more, unless somebody says to need time. */
const timeout = document.getElementById("timeout");
if (timeout) {
  const warning = document.getElementById("timeout-warning");
  const seconds = Number(timeout.dataset.seconds);
  const notice = Math.min(15, seconds / 2);
  let last = Date.now();
  const touched = () => {
    last = Date.now();
    warning.hidden = true;
  };
  ["pointerdown", "keydown", "input"].forEach((event) => document.addEventListener(event, touched));
  document.getElementById("timeout-more").addEventListener("click", touched);
  setInterval(() => {
    const left = seconds - (Date.now() - last) / 1000;
    if (left <= 0 && away) {
      // Without a network there would be no way back; what was typed goes all the same.
      document.querySelectorAll("form").forEach((form) => form.reset());
    } else if (left <= 0) {
      location.replace(timeout.dataset.start);
    } else if (left <= notice && warning.hidden) {
      warning.hidden = false;
    }
  }, 500);
}

if (document.querySelector(".h-terminal")) {
  // The back key shows no form that somebody has filled in.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      location.reload();
    }
  });
  document.querySelectorAll("form").forEach((form) =>
    form.addEventListener("submit", (event) => {
      // A finger that taps twice sends once.
      if (form.dataset.sent) {
        event.preventDefault();
      }
      form.dataset.sent = "yes";
    }),
  );
  const focused = document.querySelector("#message, #ticket, input[type=text]");
  if (focused) {
    focused.focus();
  }
}

const printing = document.getElementById("print-again");
if (printing) {
  printing.hidden = false;
  printing.addEventListener("click", () => window.print());
}

const ticket = document.querySelector("#ticket[data-print]");
if (ticket) {
  // Once: somebody who changes the language or goes back gets no second paper.
  const printed = sessionStorage.getItem("kaarst-printed");
  if (printed !== ticket.dataset.print) {
    sessionStorage.setItem("kaarst-printed", ticket.dataset.print);
    window.print();
  }
}

const pad = document.getElementById("pad");
if (pad) {
  const fields = [document.getElementById("number"), document.getElementById("pin")];
  let field = fields.find((one) => !one.value) || fields[0];
  fields.forEach((one) =>
    one.addEventListener("focus", () => {
      field = one;
    }),
  );
  const key = (text, label, press) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "h-button h-key";
    button.textContent = text;
    if (label) {
      button.setAttribute("aria-label", label);
    }
    button.addEventListener("click", press);
    return button;
  };
  // The letters that numbers are made of, and those of a town's prefix.
  pad.append(
    ..."1234567890ABCDEFGHIJKLMNOPQRSTUVWXYZ"
      .split("")
      .map((letter) =>
        key(letter, "", () => {
          field.value += letter;
        }),
      ),
    key("⌫", pad.dataset.delete, () => {
      field.value = field.value.slice(0, -1);
    }),
  );
  pad.hidden = false;
}
