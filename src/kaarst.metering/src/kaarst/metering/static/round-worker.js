/* Service worker of the watering rounds: keeps the page of a round and what it needs, so that it
   opens again where there is no network. Nothing else is kept, and the network always comes first. */
"use strict";

// The page of a round names it too (trees/rounds.py).
const STORE = "kaarst-rounds-1";
const wanted = (request) => {
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) {
    return false;
  }
  const scope = new URL(self.registration.scope).pathname;
  const page = request.mode === "navigate" && /^runde-[\w-]+\/?(view)?$/.test(pathname.slice(scope.length));
  return page || (request.mode !== "navigate" && ["style", "script", "font", "image"].includes(request.destination));
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (!wanted(request)) {
    return;
  }
  event.respondWith(
    fetch(request)
      .then(async (answer) => {
        // A redirect to the login is not the round.
        if (answer.ok && !answer.redirected) {
          const store = await caches.open(STORE);
          await store.put(request, answer.clone());
        }
        return answer;
      })
      .catch(async (error) => {
        const found = await caches.match(request, { ignoreSearch: request.mode === "navigate" });
        if (found) {
          return found;
        }
        throw error;
      }),
  );
});
