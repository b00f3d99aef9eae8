/* Counts the reservation down, offers to print, opens the link of a mail. Everything works without it. */
"use strict";

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

const hold = document.getElementById("hold");
if (hold) {
  const left = document.getElementById("hold-left");
  const said = document.getElementById("hold-said");
  const expires = Date.now() + Number(hold.dataset.seconds) * 1000;
  const tick = () => {
    const minutes = Math.floor((expires - Date.now()) / 60000);
    let text = hold.dataset.gone;
    if (minutes === 1) {
      text = hold.dataset.one;
    } else if (minutes > 1) {
      text = hold.dataset.left.replace("{minutes}", minutes);
    } else if (Date.now() < expires) {
      text = hold.dataset.last;
    }
    if (left.textContent !== text) {
      left.textContent = text;
      // A screen reader says it when it matters, and does not interrupt the typing each minute.
      if ([5, 2, 1].includes(minutes) || minutes < 1) {
        said.textContent = text;
      }
    }
    if (Date.now() >= expires) {
      hold.classList.add("notice-warning");
      clearInterval(timer);
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

/* Says how long it is until more times can be booked, and shows them then: nobody has to press
   reload, and not all who wait ask in the same second. */
const SPREAD = 8000;
const release = document.getElementById("release");
if (release) {
  const [line, status] = release.querySelectorAll("span");
  const moment = Number(release.dataset.moment) * 1000;
  // By the town's clock. A page taken out of the browser's history says an old time.
  const [entry] = performance.getEntriesByType("navigation");
  const old = entry && entry.type === "back_forward";
  const ahead = old ? 0 : Number(release.dataset.now) * 1000 - Date.now();
  const language = document.documentElement.lang || "de";
  const words = (unit, count) =>
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
  const timeLeft = (minutes) => {
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor((minutes % 1440) / 60);
    const parts = [["day", days], ["hour", hours], ["minute", days ? 0 : minutes % 60]];
    return parts.filter(([, count]) => count).map(([unit, count]) => words(unit, count)).join(", ");
  };
  // A page that carries on what was typed would ask whether to send it again.
  const sent = release.dataset.method === "post";
  const show = () => {
    if (document.hidden) {
      document.addEventListener("visibilitychange", show, { once: true });
    } else {
      location.reload();
    }
  };
  const tell = () => {
    const left = moment - (Date.now() + ahead);
    if (left > 0) {
      line.textContent = release.dataset.left.replace("{time}", timeLeft(Math.ceil(left / 60000)));
      setTimeout(tell, Math.min(left, 10000));
    } else {
      line.textContent = "";
      status.textContent = sent ? release.dataset.again : release.dataset.free;
      if (!sent) {
        setTimeout(show, 1000 + Math.random() * SPREAD);
      }
    }
    release.hidden = false;
  };
  tell();
}

/* The link in a mail carries number and key behind the #: no server's log ever has them. */
const lookUp = document.getElementById("look-up");
const openLink = () => {
  const [number, key] = window.location.hash.slice(1).split(".");
  if (number && key) {
    lookUp.elements.number.value = number;
    lookUp.elements.pin.value = key;
    // Nor do they stay in the address bar and the history.
    const { pathname, search } = window.location;
    window.history.replaceState(null, "", pathname + search);
    lookUp.submit();
  }
};
if (lookUp) {
  window.addEventListener("hashchange", openLink);
  openLink();
}

const first = document.querySelector("#message, #done, #receipt");
if (first) {
  first.focus();
}
