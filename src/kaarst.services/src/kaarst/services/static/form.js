/* One step at a time. Without this script a form is one page with all its steps, and works.

   The server draws everything and judges everything; this shows and hides, and saves a round trip
   where a field is empty. All words come from the server, in data attributes. */
(() => {
  "use strict";

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
  document.getElementById("receipt")?.focus();

  const form = document.getElementById("form");
  if (!form) return;
  const words = form.dataset;
  const steps = [...form.querySelectorAll(".k-step")];
  const send = form.querySelector("button[name=send]");
  const progress = [...document.querySelectorAll(".k-progress li")];
  let current = 0;

  const controls = (row) => [
    ...row.querySelectorAll("input:not([type=hidden]), select, textarea"),
  ];
  const rowsOf = (step) => [...step.querySelectorAll(".k-row")];

  /* Conditions: a row with data-only-if="q_field=value" is there only for that answer. */
  const answersTo = (name) =>
    [...form.elements]
      .filter((control) => control.name === name && !control.disabled)
      .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
      .map((control) => control.value);
  const yes = { ja: "true", nein: "false" };
  const applyConditions = () => {
    form.querySelectorAll("[data-only-if]").forEach((row) => {
      const [name, ...rest] = row.dataset.onlyIf.split("=");
      const wanted = rest.join("=");
      const given = answersTo(name);
      const holds =
        given.includes(wanted) || given.includes(yes[wanted.toLowerCase()] ?? wanted.toLowerCase());
      row.hidden = !holds;
      controls(row).forEach((control) => (control.disabled = !holds));
    });
  };

  /* Messages */
  const clear = (row) => {
    row.querySelector(".k-error")?.remove();
    controls(row).forEach((control) => {
      control.removeAttribute("aria-invalid");
      control.classList.remove("is-invalid");
    });
  };
  const complain = (row, text) => {
    clear(row);
    const first = controls(row)[0];
    const message = document.createElement("span");
    message.className = "invalid-feedback d-block k-error";
    message.id = `${first.name}-error`;
    message.textContent = text;
    const before = row.querySelector(".k-held, .form-check, .form-control, .form-select");
    before.parentNode.insertBefore(message, before);
    const described = row.querySelector("fieldset") || first;
    const ids = (described.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
    if (!ids.includes(message.id)) ids.push(message.id);
    described.setAttribute("aria-describedby", ids.join(" "));
    controls(row).forEach((control) => {
      control.setAttribute("aria-invalid", "true");
      if (!["radio", "checkbox"].includes(control.type)) control.classList.add("is-invalid");
    });
    return first;
  };
  const wrong = (row) => {
    const [first, ...others] = controls(row);
    if (!first || row.hidden) return "";
    if (first.type === "file") {
      if (first.files[0]?.size > Number(words.maxSize)) return words.tooLarge;
      const there = first.files.length || row.querySelector(".k-held");
      return row.dataset.required && !there ? words.upload : "";
    }
    if (!row.dataset.required) return "";
    if (row.dataset.kind === "confirmation") return first.checked ? "" : words.checked;
    if (["radio", "checkbox"].includes(first.type)) {
      return [first, ...others].some((control) => control.checked) ? "" : words.choose;
    }
    if (first.value.trim()) return "";
    return first.tagName === "SELECT" ? words.choose : words.required;
  };
  const check = (step) => {
    let bad = null;
    rowsOf(step).forEach((row) => {
      const text = wrong(row);
      if (text) bad = bad || complain(row, text);
      else if (!row.querySelector("[aria-invalid]")) clear(row);
    });
    bad?.focus();
    return !bad;
  };
  form.addEventListener("input", (event) => {
    const row = event.target.closest(".k-row");
    if (row) clear(row);
    applyConditions();
  });
  form.addEventListener("change", applyConditions);

  /* What was typed, to be read once more before it is sent. */
  const readable = (row) => {
    const kind = row.dataset.kind;
    if (kind === "file") {
      const file = controls(row)[0].files[0];
      return file ? file.name : row.querySelector(".k-held strong")?.textContent || "";
    }
    if (["radios", "checkboxes", "confirmation"].includes(kind)) {
      return controls(row)
        .filter((control) => control.checked)
        .map((control) => (kind === "confirmation" ? words.yes : control.labels[0].textContent.trim()))
        .join(", ");
    }
    const control = controls(row)[0];
    if (control.tagName === "SELECT") return control.selectedOptions[0]?.textContent || "";
    if (control.type === "date" && control.value) {
      return control.value.split("-").reverse().join(".");
    }
    return control.value;
  };
  const drawReview = () => {
    review.replaceChildren();
    const title = document.createElement("h3");
    title.textContent = words.review;
    review.append(title);
    steps.forEach((step, number) => {
      const list = document.createElement("dl");
      rowsOf(step).forEach((row) => {
        if (row.hidden || !controls(row).length || !readable(row)) return;
        const term = document.createElement("dt");
        const label = row.querySelector("legend, label:not(.k-group label)");
        term.textContent = label.firstChild.textContent.trim() || label.textContent.trim();
        const value = document.createElement("dd");
        value.textContent = readable(row);
        list.append(term, value);
      });
      if (!list.children.length) return;
      const change = document.createElement("button");
      change.type = "button";
      change.className = "btn btn-link btn-sm";
      change.textContent = `${words.change}: ${words[`step${number + 1}`]}`;
      change.addEventListener("click", () => go(number, true));
      review.append(list);
      if (number !== steps.length - 1) review.append(change);
    });
  };

  const show = (number, focus) => {
    current = number;
    steps.forEach((step, index) => (step.hidden = index !== number));
    const last = number === steps.length - 1;
    send.hidden = !last;
    next.hidden = last;
    back.hidden = number === 0;
    progress.forEach((item, index) => {
      item.classList.toggle("k-done", index < number);
      const link = item.querySelector("a");
      if (index === number) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
      if (index > number) link.setAttribute("aria-disabled", "true");
      else link.removeAttribute("aria-disabled");
    });
    review.hidden = !last;
    if (last) drawReview();
    if (focus) {
      const title = steps[number].querySelector("h2");
      title.focus();
      title.scrollIntoView({ block: "start" });
    }
  };
  const go = (number, focus) => {
    if (number === current) return;
    history.pushState({ step: number }, "");
    show(number, focus);
  };
  const button = (text) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    return made;
  };
  const back = button(words.back);
  back.className = "btn btn-secondary btn-lg";
  back.addEventListener("click", () => go(current - 1, true));
  const next = button(words.next);
  next.className = "btn btn-primary btn-lg";
  next.addEventListener("click", () => check(steps[current]) && go(current + 1, true));
  const review = document.createElement("div");
  review.className = "k-review";

  applyConditions();
  const several = steps.length > 1;
  if (several) {
    form.classList.add("k-stepwise");
    document.querySelector(".k-progress")?.classList.add("k-stepwise");
    send.before(next);
    send.after(back);
    steps[steps.length - 1].append(review);
    progress.forEach((item, number) => {
      item.addEventListener("click", (event) => {
        event.preventDefault();
        if (number < current) go(number, true);
      });
    });
    form.addEventListener("change", () => current === steps.length - 1 && drawReview());
    window.addEventListener("popstate", (event) => show(event.state?.step ?? 0, true));
    const firstBad = steps.findIndex((step) => step.querySelector("[aria-invalid], .k-error"));
    history.replaceState({ step: Math.max(firstBad, 0) }, "");
    show(Math.max(firstBad, 0), false);
  }

  /* A link in the list of mistakes leads to a field on a step that may be hidden. */
  const errors = document.getElementById("form-errors");
  if (errors) {
    errors.addEventListener("click", (event) => {
      const id = event.target.closest("a")?.hash.slice(1);
      const field = id && document.getElementById(id);
      if (!field) return;
      event.preventDefault();
      const step = steps.indexOf(field.closest(".k-step"));
      if (several && step !== current) go(step, false);
      field.focus();
    });
    errors.focus();
  }

  let sending = false;
  form.addEventListener("submit", (event) => {
    if (several && current < steps.length - 1) {
      // The Enter key in a field.
      event.preventDefault();
      next.click();
    } else if (sending || !check(steps[current])) {
      event.preventDefault();
    } else {
      sending = true;
      send.setAttribute("aria-disabled", "true");
      // Somebody who comes back with the browser's arrow may send again.
      window.addEventListener("pageshow", () => {
        sending = false;
        send.removeAttribute("aria-disabled");
      });
    }
  });
})();
