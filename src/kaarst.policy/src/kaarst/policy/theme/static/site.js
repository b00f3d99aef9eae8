/* Small comforts on top of pages that work without any script. */
(() => {
  "use strict";

  /* Open menus close on Escape (the focus goes back to their button), on a click beside them,
     and when the focus leaves them. */
  const menus = document.querySelectorAll(".site-navigation details");
  for (const menu of menus) {
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
        event.stopPropagation();
      }
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) {
        menu.open = false;
      }
    });
  }
  document.addEventListener("click", (event) => {
    for (const menu of menus) {
      if (menu.open && !menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });

  /* Whoever chooses a file wants it to replace the one that is there. */
  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".upload input[type=file]") && event.target.files.length) {
      const replace = event.target.closest(".upload").querySelector("input[value=replace]");
      if (replace) {
        replace.checked = true;
      }
    }
  });

  /* Arranging the home page without loading it anew: the same form is sent, the list is taken from
     the answer, the focus stays on the same button, and the answer's message is read out. */
  const message = () => document.getElementById("global_statusmessage");
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    const list = form.closest("#arrange");
    if (!list || !button) {
      return;
    }
    event.preventDefault();
    const id = form.closest("li").id;
    const body = new FormData(form, button);
    let page;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(body) });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      form.submit === undefined || HTMLFormElement.prototype.submit.call(form);
      return;
    }
    const fresh = page.getElementById("arrange");
    const said = page.getElementById("global_statusmessage");
    list.replaceWith(document.adoptNode(fresh));
    message().setAttribute("aria-live", "polite");
    message().innerHTML = said ? said.innerHTML : "";
    const row = document.getElementById(id);
    const same = row && (row.querySelector(`button[value="${button.value}"]:not(:disabled)`)
      || row.querySelector("button:not(:disabled)"));
    (same || document.getElementById("blocks")).focus();
  });
})();
