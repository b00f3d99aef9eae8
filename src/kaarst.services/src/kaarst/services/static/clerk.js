/* Keys for clerks. Off until switched on, and only where no field has the focus. */
(() => {
  const keys = document.querySelector("[data-keys]");
  if (!keys) return;
  const KEPT = "kaarst.clerk.keys";
  const dialog = keys.querySelector("dialog");
  const toggle = keys.querySelector("[data-keys-switch]");
  const FIELD = "input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable], dialog";

  try {
    toggle.checked = localStorage.getItem(KEPT) === "on";
  } catch {
    /* Without a store they are off on every page. */
  }
  toggle.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT, toggle.checked ? "on" : "off");
    } catch {
      /* It holds for this page. */
    }
  });
  keys.hidden = false;
  keys.querySelector("[data-keys-open]").addEventListener("click", () => dialog.showModal());

  const rows = () => [...document.querySelectorAll("[data-key-row]")];
  const current = () => rows().findIndex((row) => row.contains(document.activeElement));

  function go(step) {
    const all = rows();
    const now = current();
    const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : now + step;
    all[next]?.querySelector("a")?.focus();
  }

  function use(element) {
    if (element.matches("a, button")) {
      element.click();
      return;
    }
    if (!element.matches("input, textarea, select")) element.tabIndex = -1;
    element.focus();
    element.scrollIntoView({ block: "center" });
  }

  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(FIELD)) return;
    if (event.key === "?") dialog.showModal();
    else if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "x") rows()[current()]?.querySelector("input[type=checkbox]")?.click();
    else {
      const element = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (!element) return;
      use(element);
    }
    event.preventDefault();
  });
})();
