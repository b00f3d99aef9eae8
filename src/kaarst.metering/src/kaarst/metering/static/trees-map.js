/* Draws the list of trees on a map. The list says the same; without this script there is no map. */
"use strict";

(() => {
  const box = document.getElementById("tree-map-box");
  const items = [...document.querySelectorAll(".k-trees > li[data-latitude][data-longitude]")].filter(
    (item) => item.dataset.latitude && item.dataset.longitude,
  );
  if (!box || !items.length || !window.L) {
    return;
  }
  const element = document.getElementById("tree-map");
  const colour = (name, otherwise) =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim() || otherwise;
  // Told apart by size and filling, not by colour alone.
  const styles = {
    thirsty: { radius: 11, color: colour("--danger", "#a8201a"), fillOpacity: 0.9 },
    soon: { radius: 8, color: colour("--warn", "#8a4b00"), fillOpacity: 0.9 },
    unknown: { radius: 7, color: colour("--muted", "#535b62"), fillOpacity: 0, dashArray: "3 4" },
    good: { radius: 6, color: colour("--good", "#1e6b34"), fillOpacity: 0 },
  };
  box.hidden = false;
  // Drawn on a canvas: forty points are no forty stops for the keyboard, the list is beside it.
  const map = L.map(element, {
    attributionControl: false,
    keyboard: false,
    preferCanvas: true,
    zoomAnimation: false,
    zoomControl: false,
    zoomSnap: 0.25,
  });
  document.getElementById("tree-map-in").addEventListener("click", () => map.zoomIn());
  document.getElementById("tree-map-out").addEventListener("click", () => map.zoomOut());
  if (element.dataset.tiles) {
    L.tileLayer(element.dataset.tiles, { maxZoom: 19 }).addTo(map);
  }
  const points = items.map((item) => {
    const place = [Number(item.dataset.latitude), Number(item.dataset.longitude)];
    const link = item.querySelector("a");
    const style = styles[item.dataset.state] || styles.unknown;
    const point = L.circleMarker(place, { weight: 3, fillColor: style.color, ...style });
    point.bindTooltip(`${link.textContent}: ${item.querySelector(".k-state strong").textContent}`);
    point.on("click", () => window.location.assign(link.href));
    point.addTo(map);
    return place;
  });
  map.fitBounds(L.latLngBounds(points).pad(0.1), { animate: false });
})();
