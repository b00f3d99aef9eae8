/* Counts the reservation down and offers to print. Everything works without it. */
"use strict";

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

const hold = document.getElementById("hold");
if (hold) {
  const left = document.getElementById("hold-left");
  const expires = Number(hold.dataset.expires) * 1000;
  let said = "";
  const tick = () => {
    const minutes = Math.floor((expires - Date.now()) / 60000);
    let text = hold.dataset.gone;
    if (minutes >= 1) {
      text = hold.dataset.left.replace("{minutes}", minutes);
    } else if (Date.now() < expires) {
      text = hold.dataset.last;
    }
    // A screen reader says what changes: once a minute and not each second.
    if (text !== said) {
      left.textContent = said = text;
    }
    if (Date.now() >= expires) {
      hold.classList.add("notice-warning");
      clearInterval(timer);
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

/* Says how long it is until more times can be booked, so that nobody has to press reload. */
const release = document.getElementById("release");
if (release) {
  const line = release.querySelector("span");
  const moment = Number(release.dataset.moment) * 1000;
  const tell = () => {
    const minutes = Math.ceil((moment - Date.now()) / 60000);
    let text = release.dataset.now;
    if (minutes > 0) {
      text = minutes >= 2880 ? release.dataset.days : release.dataset.hours;
      text = text
        .replace("{days}", Math.floor(minutes / 1440))
        .replace("{hours}", minutes >= 2880 ? Math.floor((minutes % 1440) / 60) : Math.floor(minutes / 60))
        .replace("{minutes}", minutes % 60);
    }
    if (line.textContent !== text) {
      line.textContent = text;
    }
    release.hidden = false;
  };
  setInterval(tell, 10000);
  tell();
}

const first = document.querySelector("#message, #receipt");
if (first) {
  first.focus();
}
