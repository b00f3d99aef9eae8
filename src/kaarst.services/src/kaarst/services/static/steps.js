/* Says once for each step that is shown that somebody has reached it: a number, nothing else.
   What was counted is kept in the form itself, so that a page that comes back with mistakes counts on. */
(() => {
  const field = document.querySelector("input[data-count]");
  if (!field) return;
  const form = field.form;
  const steps = [...form.querySelectorAll(".k-step")];
  const count = () => {
    const shown = steps.findIndex((step) => !step.hidden) + 1;
    for (let step = Number(field.value || 0) + 1; step <= shown; step += 1) {
      const body = new FormData();
      body.append("step", step);
      navigator.sendBeacon(field.dataset.count, body);
      field.value = step;
    }
  };
  new MutationObserver(count).observe(form, {
    attributes: true,
    attributeFilter: ["hidden"],
    subtree: true,
  });
  count();
})();
