/* A field to sign in, beside the one for a typed name. Without this script, and for who has no pointer,
   the typed name is the signature. */
(() => {
  "use strict";

  const PEN = 5;
  document.querySelectorAll(".k-sign").forEach((place) => {
    const canvas = place.querySelector("canvas");
    const value = place.querySelector("[data-drawn]");
    const said = place.querySelector("[role=status]");
    const erase = place.querySelector("button");
    const pen = canvas.getContext("2d");
    let last = null;
    const clean = () => {
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.strokeStyle = pen.fillStyle = "#10243e";
      pen.lineWidth = PEN;
      pen.lineCap = pen.lineJoin = "round";
    };
    const tell = () => {
      const drawn = Boolean(value.value);
      said.textContent = drawn ? place.dataset.done : "";
      erase.hidden = !drawn;
    };
    /* The form's own script looks again at what is filled in, and saves it. */
    const changed = () => {
      tell();
      value.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const where = (event) => {
      const box = canvas.getBoundingClientRect();
      return {
        x: ((event.clientX - box.left) / box.width) * canvas.width,
        y: ((event.clientY - box.top) / box.height) * canvas.height,
      };
    };
    const lineTo = (point) => {
      pen.beginPath();
      pen.moveTo(last.x, last.y);
      pen.lineTo(point.x, point.y);
      pen.stroke();
      last = point;
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      last = where(event);
      lineTo({ x: last.x + 0.1, y: last.y });
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!last) return;
      (event.getCoalescedEvents?.() ?? [event]).forEach((one) => lineTo(where(one)));
    });
    const end = () => {
      if (!last) return;
      last = null;
      value.value = canvas.toDataURL("image/png");
      changed();
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    erase.addEventListener("click", () => {
      clean();
      value.value = "";
      changed();
      said.textContent = place.dataset.empty;
      place.closest(".k-row").querySelector("input[type=text]").focus();
    });

    place.hidden = false;
    clean();
    if (value.value) {
      const picture = new Image();
      picture.addEventListener("load", () => pen.drawImage(picture, 0, 0, canvas.width, canvas.height));
      picture.src = value.value;
    }
    tell();
  });
})();
