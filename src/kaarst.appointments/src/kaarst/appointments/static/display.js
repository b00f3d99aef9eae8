/* Keeps the display of the waiting room up to date, and says who is called. Needs hall.js. Without
   it the page reloads every ten seconds. */
"use strict";

const board = document.getElementById("board");
if (board) {
  const started = Date.now();
  const part = (id) => document.getElementById(id);
  const words = board.dataset;
  const sound = part("sound");
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
    // A browser started for a kiosk may play without a click; others wait for the first one.
    if (words.sound === "on" || switched()) {
      const hint = part("sound-hint");
      start();
      setTimeout(() => {
        hint.hidden = audio.state === "running";
      }, 1000);
      ["pointerdown", "keydown"].forEach((event) =>
        document.addEventListener(
          event,
          (touch) => {
            hint.hidden = true;
            if (touch.target !== sound) {
              start();
            }
          },
          { once: true },
        ),
      );
    }
  }

  /* Only voices that are on this machine: others would send what they say to somebody else. */
  const speak = (language, text) => {
    if (words.voice !== "on" || !window.speechSynthesis) {
      return;
    }
    const voice = speechSynthesis
      .getVoices()
      .find((one) => one.localService && one.lang.startsWith(language));
    if (voice) {
      // "A 17", as people say it.
      const said = text.replace(/^([A-Z])0*(\d+)/, "$1 $2");
      const sentence = new SpeechSynthesisUtterance(said);
      sentence.voice = voice;
      sentence.lang = voice.lang;
      speechSynthesis.speak(sentence);
    }
  };

  const queues = words.queues.split(" ");
  const several = queues.length > 1;
  // How many of what a display can show in letters that are read from afar; as the server does.
  const CALLS = 8;
  const share = Math.max(Math.floor(6 / queues.length), 2);
  const boards = new Map();
  const known = new Map();
  const gone = new Set();

  const element = (name, text, kind) => {
    const made = document.createElement(name);
    made.textContent = text;
    made.className = kind || "";
    return made;
  };
  /* A number; where several desks are on the display, with the name of its desk. */
  const named = (name, text, title) => {
    const made = element(name, text);
    if (several) {
      made.append(element("span", title, "h-at"));
    }
    return made;
  };
  const of = (one, text) => (several ? `${one.title}: ${text}` : text);
  const row = (call) => {
    const line = document.createElement("tr");
    const number = named("th", call.number, call.title);
    number.scope = "row";
    line.append(number, element("td", call.counter));
    line.classList.toggle("h-fresh", call.fresh);
    return line;
  };
  const name = (call) => `${call.number} ${call.since} ${call.calls}`;
  const draw = (fresh) => {
    const found = queues.map((address) => boards.get(address));
    const calls = found.flatMap((one) =>
      one.calls.map((call) => ({ ...call, title: one.title, fresh: fresh.includes(call) })),
    );
    calls.sort((one, other) => Date.parse(other.since) - Date.parse(one.since));
    part("calls").replaceChildren(...calls.slice(0, CALLS).map(row));
    part("next").replaceChildren(
      ...found.flatMap((one) =>
        one.next.slice(0, share).map((number) => named("li", number, one.title)),
      ),
    );
    const count = found.reduce((sum, one) => sum + one.waiting, 0);
    part("waiting").textContent = fill([words.none, words.one][count] || words.count, { count });
    part("minutes").replaceChildren(
      ...found
        .filter((one) => one.tickets === false || one.minutes !== null)
        .map((one) => {
          const text =
            one.tickets === false ? words.full : fill(words.minutes, { minutes: one.minutes });
          return element("p", of(one, text));
        }),
    );
    const notices = found.filter((one) => one.notice).map((one) => of(one, one.notice));
    // Read out each time it is written: only when it is another one.
    if (notices.join("\n") !== [...part("notice").children].map((p) => p.textContent).join("\n")) {
      part("notice").replaceChildren(...notices.map((text) => element("p", text)));
    }
  };
  const call = (fresh, title) => {
    // The latest call stands first and is said last.
    const said = fresh.slice().reverse().flatMap((one) =>
      [
        [document.documentElement.lang, words.call],
        ["en", words.english],
      ]
        .filter(([, text]) => text)
        .map(([language, text]) => [language, fill(text, one)]),
    );
    part("voice").replaceChildren(
      ...said.map(([language, text]) => {
        const sentence = element("span", several ? `${title}: ${text}. ` : `${text}. `);
        sentence.lang = language;
        return sentence;
      }),
    );
    gong();
    setTimeout(() => said.forEach(([language, text]) => speak(language, text)), 1600);
  };
  const show = (address, found) => {
    const before = known.get(address);
    known.set(address, new Set(found.calls.map(name)));
    boards.set(address, found);
    // What is there already when the page opens is no news.
    const fresh = found.calls.filter((one) =>
      before ? !before.has(name(one)) : !there.has(`${one.number} ${one.counter}`),
    );
    if (boards.size === queues.length) {
      draw(fresh);
    }
    if (fresh.length) {
      call(fresh, found.title);
    }
    // Once a night a new page, so that what was changed meanwhile arrives here as well.
    if (Date.now() - started > 20 * 3600 * 1000 && !found.open) {
      location.reload();
    }
  };
  const there = new Set(
    [...document.querySelectorAll("#calls tr")].map(
      (line) => `${line.cells[0].firstChild.textContent} ${line.cells[1].textContent}`,
    ),
  );
  queues.forEach((address) =>
    follow(
      address,
      (found) => show(address, found),
      (lost) => {
        gone[lost ? "add" : "delete"](address);
        part("offline").hidden = !gone.size;
      },
    ),
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
  let lock = null;
  const awake = async () => {
    if (!navigator.wakeLock || document.visibilityState !== "visible" || (lock && !lock.released)) {
      return;
    }
    try {
      lock = await navigator.wakeLock.request("screen");
      // Taken back by a weak battery, for example; asked for again in a minute.
      lock.addEventListener("release", () => setTimeout(awake, 60000));
    } catch {
      // Not allowed here: then the settings of the screen decide.
    }
  };
  document.addEventListener("visibilitychange", awake);
  awake();
}
