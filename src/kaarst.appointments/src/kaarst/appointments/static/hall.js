/* Keeps the display, the citizen's ticket and the terminal going. Everything works without it:
   the display reloads, the ticket has a button, the terminal has links and buttons. */
"use strict";

const SECONDS = 4;
const LONGEST = 60;

/* Asks for the queue every few seconds, for days: what goes wrong is tried again, ever more slowly. */
const follow = (address, show, lost) => {
  let etag = "";
  let wait = SECONDS;
  let failed = 0;
  const ask = async () => {
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
    setTimeout(ask, wait * 1000);
  };
  window.addEventListener("online", () => {
    wait = SECONDS;
  });
  setTimeout(ask, SECONDS * 1000);
};

const fill = (text, values) =>
  Object.entries(values).reduce((found, [name, value]) => found.replace(`{${name}}`, value), text);

const board = document.getElementById("board");
if (board) {
  const started = Date.now();
  const part = (id) => document.getElementById(id);
  const words = board.dataset;
  const sound = part("sound");
  let known = null;
  let audio = null;

  /* Two tones, made here: no file, no plug-in. Browsers want a click before the first one. */
  const gong = () => {
    if (!audio || audio.state !== "running") {
      return;
    }
    [660, 523].forEach((pitch, place) => {
      const at = audio.currentTime + place * 0.45;
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.0001, at);
      volume.gain.exponentialRampToValueAtTime(0.5, at + 0.03);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.9);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 1);
    });
  };
  const remember = (value) => {
    try {
      localStorage.setItem("kaarst-gong", value);
    } catch {
      // Then it has to be switched on again after a restart.
    }
  };
  const switched = () => {
    try {
      return localStorage.getItem("kaarst-gong") === "on";
    } catch {
      return false;
    }
  };
  const start = () => {
    audio = audio || new AudioContext();
    const tell = () => sound.setAttribute("aria-pressed", String(audio.state === "running"));
    audio.onstatechange = tell;
    audio.resume().then(tell, tell);
    tell();
  };
  if (window.AudioContext) {
    sound.hidden = false;
    sound.addEventListener("click", () => {
      if (audio && audio.state === "running") {
        remember("off");
        audio.suspend();
        return;
      }
      remember("on");
      start();
      setTimeout(gong, 200);
    });
    // A browser started for a kiosk may play without a click.
    if (switched()) {
      start();
    }
  }

  const row = (call, fresh) => {
    const line = document.createElement("tr");
    const number = document.createElement("th");
    const counter = document.createElement("td");
    number.scope = "row";
    number.textContent = call.number;
    counter.textContent = call.counter;
    line.append(number, counter);
    line.classList.toggle("h-fresh", fresh);
    return line;
  };
  const name = (call) => `${call.number} ${call.since} ${call.calls}`;
  const show = (found) => {
    const before = known;
    known = new Set(found.calls.map(name));
    const fresh = before ? found.calls.filter((call) => !before.has(name(call))) : [];
    part("calls").replaceChildren(...found.calls.map((call) => row(call, fresh.includes(call))));
    part("next").replaceChildren(
      ...found.next.map((number) => {
        const item = document.createElement("li");
        item.textContent = number;
        return item;
      }),
    );
    const waiting = found.waiting > 1 ? words.count : found.waiting ? words.one : words.none;
    part("waiting").textContent = fill(waiting, { count: found.waiting });
    part("minutes").textContent =
      found.minutes === null ? "" : fill(words.minutes, { minutes: found.minutes });
    if (fresh.length) {
      // The latest call stands first and is said last.
      part("voice").textContent = fresh
        .reverse()
        .map((call) => fill(words.call, call))
        .join(". ");
      gong();
    }
    // Once a night a new page, so that what was changed meanwhile arrives here as well.
    if (Date.now() - started > 20 * 3600 * 1000 && !found.open) {
      location.reload();
    }
  };
  // What is there already is no news.
  known = new Set();
  let first = true;
  follow(
    board.dataset.queue,
    (found) => {
      if (first) {
        const there = new Set(
          [...document.querySelectorAll("#calls th")].map((cell) => cell.textContent),
        );
        known = new Set(found.calls.filter((call) => there.has(call.number)).map(name));
        first = false;
      }
      show(found);
    },
    (gone) => {
      part("offline").hidden = !gone;
    },
  );

  const clock = part("clock");
  const tick = () => {
    const text = new Date().toLocaleTimeString("de-DE", {
      hour: "2-digit",
      minute: "2-digit",
      timeZone: "Europe/Berlin",
    });
    if (clock.textContent !== text) {
      clock.textContent = text;
    }
  };
  setInterval(tick, 1000);
  tick();

  // Screens that go dark show nothing.
  const awake = () => {
    if (navigator.wakeLock && document.visibilityState === "visible") {
      navigator.wakeLock.request("screen").catch(() => {});
    }
  };
  document.addEventListener("visibilitychange", awake);
  awake();
}

/* The citizen's own ticket on the phone: says where to go as soon as it is called. */
const mine = document.getElementById("my-ticket");
if (mine && mine.dataset.queue) {
  const state = document.getElementById("my-ticket-state");
  let said = "";
  follow(
    mine.dataset.queue,
    (found) => {
      const call = found.calls.find((one) => one.number === mine.dataset.number);
      const key = call ? `${call.counter} ${call.calls}` : "";
      if (call && key !== said) {
        said = key;
        state.textContent = fill(mine.dataset.call, { counter: call.counter });
        mine.classList.add("k-current");
        if (navigator.vibrate) {
          navigator.vibrate([200, 100, 200]);
        }
      }
    },
    () => {},
  );
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
    if (left <= 0) {
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

const ticket = document.querySelector("#ticket[data-print]");
if (ticket) {
  window.print();
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
