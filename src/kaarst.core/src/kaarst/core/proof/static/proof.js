/* Makes the proof while somebody fills in the form; sending waits for it if it must.

   Without this script, or where the browser cannot calculate (no https), the form is sent as it is:
   the server then takes the time that has passed. */
(() => {
  "use strict";

  const proof = document.getElementById("proof");
  if (!proof || !window.Worker || !window.crypto?.subtle) return;
  const form = proof.closest("form");
  const field = proof.querySelector("[name=altcha]");
  const status = proof.querySelector("[role=status]");
  const { challenge, salt, signature, maxnumber } = proof.dataset;
  let waiting = null;
  let over = false;

  const done = (number) => {
    if (number !== null) {
      const solution = { algorithm: "SHA-256", challenge, number, salt, signature };
      field.value = btoa(JSON.stringify(solution));
    }
    over = true;
    status.textContent = "";
    if (waiting) {
      const button = waiting.button;
      waiting = null;
      form.requestSubmit(button);
    }
  };

  const worker = new Worker(proof.dataset.worker);
  worker.addEventListener("message", ({ data }) => done(data));
  worker.addEventListener("error", () => done(null));
  worker.postMessage({ challenge, salt, maxnumber: Number(maxnumber) });

  /* Before all others that listen: for them it is sent when the proof is there. */
  form.addEventListener(
    "submit",
    (event) => {
      if (over) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = { button: event.submitter };
      status.textContent = proof.dataset.working;
    },
    true
  );
})();
