/* Finds the number behind a challenge (ALTCHA, version 1): SHA-256(salt + number) = challenge. */
"use strict";

const hex = (buffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

self.addEventListener("message", async ({ data }) => {
  const encoder = new TextEncoder();
  // A hundred at a time: asking for one after the other would mostly wait.
  for (let first = 0; first <= data.maxnumber; first += 100) {
    const tries = Array.from({ length: 100 }, (_, step) =>
      crypto.subtle.digest("SHA-256", encoder.encode(data.salt + (first + step)))
    );
    const found = (await Promise.all(tries)).findIndex((sum) => hex(sum) === data.challenge);
    if (found >= 0) {
      self.postMessage(first + found);
      return;
    }
  }
  self.postMessage(null);
});
