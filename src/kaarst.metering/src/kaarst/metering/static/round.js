/* Ticks trees off, also without a network: each tick is written down on the phone with its time and
   a key of its own before it is sent, and forgotten only when the town has answered. */
"use strict";

(() => {
  const round = document.getElementById("round");
  if (!round) {
    return;
  }
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  if ("serviceWorker" in navigator) {
    // The worker has not seen how this page was loaded for the first time.
    const parts = [...document.querySelectorAll('link[rel="stylesheet"], link[rel="preload"], script[src]')];
    const files = [window.location.pathname, ...parts.map((part) => part.href || part.src)];
    navigator.serviceWorker
      .register(round.dataset.worker)
      .then(() => navigator.serviceWorker.ready)
      .then(() => caches.open(round.dataset.store))
      .then((store) => store.addAll(files))
      .then(() => round.setAttribute("data-ready", "yes"))
      .catch(() => {});
  }

  const address = window.location.pathname.replace(/\/(view)?$/, "");
  const drawer = `kaarst-round:${address}`;
  const message = document.getElementById("round-message");
  const count = document.getElementById("round-count");
  const kept = () => JSON.parse(localStorage.getItem(drawer) || "[]");
  const keep = (ticks) => localStorage.setItem(drawer, JSON.stringify(ticks));
  const say = (text) => {
    if (message.textContent !== text) {
      message.textContent = text;
    }
  };
  // randomUUID is missing where a site is tried without TLS.
  const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join("-");
  const clock = (at) => new Date(at).toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });

  const show = (item, litres, at) => {
    const button = item && item.querySelector(".k-tick");
    if (!button) {
      return;
    }
    item.dataset.ticked = litres ? "yes" : "no";
    button.value = litres ? "0" : item.dataset.litres;
    button.classList.toggle("btn-primary", !litres);
    button.classList.toggle("btn-secondary", Boolean(litres));
    button.firstElementChild.textContent = litres
      ? `${round.dataset.ticked} ${clock(at)}`
      : round.dataset.undone;
    count.textContent = String(round.querySelectorAll('[data-ticked="yes"]').length);
  };
  const showAll = () => {
    kept().forEach((tick) => {
      const item = round.querySelector(`[data-tree="${CSS.escape(tick.tree)}"]`);
      if (item) {
        show(item, tick.litres, tick.at);
      }
    });
  };

  let busy = false;
  const send = async () => {
    // What another tab sends as well counts once: the town knows the tick.
    if (busy) {
      return;
    }
    busy = true;
    let refused = false;
    let sent = false;
    try {
      for (let ticks = kept(); ticks.length; ticks = kept()) {
        const { key, ...tick } = ticks[0];
        const answer = await fetch(`${address}/@waterings`, {
          method: "POST",
          headers: {
            Accept: "application/json",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
          },
          body: JSON.stringify({ items: [tick] }),
        });
        if (answer.status === 401 || answer.status === 403) {
          say(round.dataset.login);
          return;
        }
        if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
          // It will not be taken however often it is sent; the others must not wait for it.
          keep(kept().filter((other) => other.key !== key));
          show(round.querySelector(`[data-tree="${CSS.escape(tick.tree)}"]`), 0, tick.at);
          say(round.dataset.refused);
          refused = true;
          continue;
        }
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        keep(kept().filter((other) => other.key !== key));
        sent = true;
      }
      if (sent && !refused) {
        say(round.dataset.sent);
      }
    } catch {
      say(round.dataset.kept);
    } finally {
      busy = false;
    }
  };

  round.addEventListener("submit", (event) => {
    const item = event.target.closest("[data-tree]");
    if (!item) {
      return;
    }
    event.preventDefault();
    const litres = Number(item.querySelector(".k-tick").value);
    const at = new Date().toISOString();
    keep([...kept(), { key: random(), tree: item.dataset.tree, litres, at }]);
    show(item, litres, at);
    if (!navigator.onLine) {
      say(round.dataset.kept);
    }
    send();
  });
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      send();
    }
  });
  setInterval(() => kept().length && send(), 15000);
  showAll();
  send();
})();
