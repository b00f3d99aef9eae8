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
})();
