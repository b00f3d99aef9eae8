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

const first = document.querySelector("#message, #receipt");
if (first) {
  first.focus();
}
