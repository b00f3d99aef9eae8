/* Values as they arrive. A part of the page says where to ask and what happens:

     <div data-live="…/@live" data-live-on="…" data-live-slow="…" data-live-lost="…">
       <p data-live-state hidden></p>
       <span data-live-now="meter-a meter-b">1,2 kW</span>
       <span data-live-counter="meter-a">…</span> <span data-live-unit="meter-a">kWh</span>
       <time data-live-at="meter-a">…</time>

   What stands in the page was drawn by the server and remains when nothing can be asked. The stream
   is read with fetch, because only so the token is in a header and not in an address. */
"use strict";

const SLOW = 30000;
const PATIENCE = 45000;
const LONGEST = 60000;
const language = document.documentElement.lang || "de";
const number = (value, digits) =>
  value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/* 950 W, 12,3 kW, 1,20 MW; litres and everything else as they are. */
const flow = (value, unit) => {
  const size = Math.abs(value);
  if (unit === "W" && size >= 1e6) {
    return `${number(value / 1e6, 2)}\u00a0MW`;
  }
  if (unit === "W" && size >= 1000) {
    return `${number(value / 1000, 1)}\u00a0kW`;
  }
  return `${number(value, size < 10 && unit !== "W" ? 1 : 0)}\u00a0${unit}`;
};

const moment = (text) => {
  const at = new Date(text);
  const today = at.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "Europe/Berlin" };
  const day = today ? {} : { day: "2-digit", month: "2-digit", year: "numeric" };
  return at.toLocaleString(language, { ...day, ...time });
};

class Live {
  constructor(part) {
    this.part = part;
    this.known = new Map();
    this.failed = 0;
    this.run = 0;
    document.addEventListener("visibilitychange", () => this.begin());
    window.addEventListener("online", () => this.begin());
    // A page that is left must not hold a connection in the browser's memory.
    window.addEventListener("pagehide", () => this.stop());
    window.addEventListener("pageshow", (event) => event.persisted && this.begin());
    this.begin();
  }

  stop() {
    this.run += 1;
    clearTimeout(this.timer);
    this.abort?.abort();
  }

  /* Nobody looks at a hidden page: it asks for nothing. */
  begin() {
    this.stop();
    if (!document.hidden) {
      this.follow(this.run);
    }
  }

  async follow(run) {
    let wait = 0;
    try {
      const answer = await fetch(this.part.dataset.live, {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(20000),
      });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      const found = await answer.json();
      if (run !== this.run) {
        return;
      }
      this.show(found.items);
      if (await this.listen(found, run)) {
        this.failed = 0;
        // Everybody comes back after a restart, but not in the same moment.
        wait = 500 + Math.random() * 3000;
      } else {
        this.failed += 1;
        this.say("liveSlow");
        wait = SLOW;
      }
    } catch {
      this.failed += 1;
      this.say("liveLost");
      wait = Math.min(2000 * 2 ** this.failed, LONGEST);
    }
    if (run === this.run) {
      this.timer = setTimeout(() => this.follow(run), wait);
    }
  }

  /* True if the stream could be read, until the token was over or the connection broke. */
  async listen(found, run) {
    this.abort = new AbortController();
    const { signal } = this.abort;
    let heard = false;
    let watch;
    const alive = () => {
      clearTimeout(watch);
      // The server says something every fifteen seconds; silence is a broken line.
      watch = setTimeout(() => this.abort.abort(), PATIENCE);
    };
    try {
      alive();
      const headers = { Authorization: `Bearer ${found.token}` };
      const stream = await fetch(found.url, { headers, signal, cache: "no-store" });
      if (!stream.ok) {
        return false;
      }
      const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done || run !== this.run) {
          return heard;
        }
        alive();
        const events = (rest + value).split("\n\n");
        rest = events.pop();
        for (const event of events) {
          if (event.startsWith("event: values\n")) {
            heard = true;
            this.say("liveOn");
            this.show(JSON.parse(event.slice(event.indexOf("data: ") + 6)));
          }
        }
      }
    } catch {
      return heard;
    } finally {
      clearTimeout(watch);
    }
  }

  /* Set only when it changes: a screen reader says it once. */
  say(word) {
    const state = this.part.querySelector("[data-live-state]");
    const text = this.part.dataset[word] || "";
    if (state && state.textContent !== text) {
      state.hidden = !text;
      state.textContent = text;
      state.dataset.liveState = word;
    }
  }

  show(items) {
    for (const item of items) {
      this.known.set(item.meter, item);
    }
    for (const [name, draw] of Object.entries(this.fields)) {
      for (const place of this.part.querySelectorAll(`[data-live-${name}]`)) {
        const meters = place.getAttribute(`data-live-${name}`).split(" ");
        const there = meters.map((meter) => this.known.get(meter)).filter(Boolean);
        const text = there.length === meters.length ? draw(there) : null;
        if (text !== null && place.textContent !== text) {
          place.textContent = text;
        }
      }
    }
  }

  fields = {
    now: (there) =>
      there.some((one) => one.now === null || one.now_unit !== there[0].now_unit)
        ? null
        : flow(there.reduce((sum, one) => sum + one.now, 0), there[0].now_unit),
    counter: ([one]) => (one.counter === null ? null : number(one.counter, 3)),
    unit: ([one]) => one.unit,
    at: (there) => moment(there.map((one) => one.at).sort((a, b) => new Date(a) - new Date(b)).pop()),
  };
}

for (const part of document.querySelectorAll("[data-live]")) {
  new Live(part);
}
