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

  let sending = false;
  const form = document.getElementById("form");
  if (!form) return;
  const words = form.dataset;
  const steps = [...form.querySelectorAll(".k-step")];
  const send = form.querySelector(".k-send");
  const progress = [...document.querySelectorAll(".k-progress li")];
  let current = 0;

  const controls = (row) => [
    ...row.querySelectorAll("input:not([type=hidden]), select, textarea"),
  ];
  /* A group is a row with rows in it; what is asked are the rows inside. */
  const rowsOf = (step) =>
    [...step.querySelectorAll(".k-row")].filter((row) => row.dataset.kind !== "group");
  const isAsked = (row) => !row.hidden && !row.parentElement.closest(".k-row[hidden]");

  /* Conditions, as forms/conditions.py writes and judges them: a row with data-only-if is there only
     after one of the answers ("q_field=a|b"), after another one ("q_field!=a|b"), after any
     ("q_field:filled") or none ("q_field:empty"). */
  const isThere = (control) =>
    control
      .closest(".k-row")
      .querySelector(".k-held, [data-drawn]:not([value=''])") !== null;
  const answersTo = (name) =>
    [...form.elements]
      .filter((control) => control.name === name && !control.disabled)
      .filter((control) => !["radio", "checkbox"].includes(control.type) || control.checked)
      .map((control) =>
        control.value || !["file", "text"].includes(control.type) || !isThere(control)
          ? control.value
          : "there",
      )
      .map((value) => value.trim())
      .filter(Boolean);
  const yes = { ja: "true", nein: "false" };
  const holds = (condition) => {
    const [, name, relation, rest] = /^(.*?)(!=|=|:)(.*)$/s.exec(condition);
    const given = answersTo(name);
    if (relation === ":") return given.length > 0 === (rest === "filled");
    const wanted = rest.split("|").flatMap((value) => [value, yes[value.toLowerCase()] ?? value]);
    return given.length > 0 && given.some((value) => wanted.includes(value)) === (relation === "=");
  };
  const applyConditions = () => {
    const rows = [...form.querySelectorAll(".k-row[data-only-if]")];
    /* A question that is hidden answers nothing, so one may hide the next: until nothing changes. */
    for (let again = rows.length + 1; again > 0; again -= 1) {
      let changed = false;
      rows.forEach((row) => {
        const asked = holds(row.dataset.onlyIf);
        changed ||= row.hidden === asked;
        row.hidden = !asked;
      });
      form.querySelectorAll(".k-row:not([data-kind=group])").forEach((row) => {
        const asked = isAsked(row);
        controls(row).forEach((control) => (control.disabled = !asked));
      });
      if (!changed) break;
    }
  };

  /* Groups: an entry is added and removed here as the server would do it. */
  const entriesOf = (group) => [...group.querySelectorAll(":scope > .k-entry")];
  const renumber = (group) => {
    const blank = group.querySelector("template").content;
    const entries = entriesOf(group);
    entries.forEach((entry, position) => {
      ["legend", "button[name=remove_entry]"].forEach((part) => {
        const pattern = blank.querySelector(`.k-entry > ${part}, .k-entry > p > ${part}`);
        const element = entry.querySelector(`:scope > ${part}, :scope > p > ${part}`);
        element.textContent = pattern.textContent.trim().replace("__n__", position + 1);
      });
      entry.querySelector(":scope > p > button").hidden =
        entries.length <= Number(group.dataset.least);
    });
    group.querySelector("button[name=add_entry]").hidden =
      entries.length >= Number(group.dataset.most);
  };
  const addEntry = (group) => {
    const numbers = entriesOf(group).map((entry) => Number(entry.dataset.entry));
    const number = String(Math.max(-1, ...numbers) + 1);
    const template = group.querySelector("template");
    const made = template.content.cloneNode(true);
    made.querySelectorAll("*").forEach((element) => {
      [...element.attributes].forEach((attribute) => {
        attribute.value = attribute.value.replaceAll("__n__", number);
      });
    });
    template.before(made);
    renumber(group);
    applyConditions();
    entriesOf(group).at(-1).querySelector("legend").focus();
  };
  const removeEntry = (group, entry) => {
    const position = entriesOf(group).indexOf(entry);
    entry.remove();
    renumber(group);
    const left = entriesOf(group);
    const next = left[Math.min(position, left.length - 1)];
    (next?.querySelector("legend") || group.querySelector("button[name=add_entry]")).focus();
  };
  form.addEventListener("click", (event) => {
    const pressed = event.target.closest("button[name=add_entry], button[name=remove_entry]");
    if (!pressed) return;
    event.preventDefault();
    const group = pressed.closest(".k-entries");
    if (pressed.name === "add_entry") addEntry(group);
    else removeEntry(group, pressed.closest(".k-entry"));
  });

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
    if (!first || !isAsked(row)) return "";
    if (first.type === "file") {
      if (first.files[0]?.size > Number(words.maxSize)) return words.tooLarge;
      const there = first.files.length || row.querySelector(".k-held");
      return row.dataset.required && !there ? words.upload : "";
    }
    if (!row.dataset.required) return "";
    if (row.dataset.kind === "signature" && isThere(first)) return "";
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
    if (kind === "signature" && isThere(control)) {
      return row.querySelector(".k-sign").dataset.readable;
    }
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
        if (!isAsked(row) || !controls(row).length || !readable(row)) return;
        const term = document.createElement("dt");
        const label = row.querySelector("legend, label:not(.k-group label)");
        const entry = row.closest(".k-entry")?.querySelector("legend").textContent.trim();
        const text = label.firstChild.textContent.trim() || label.textContent.trim();
        term.textContent = entry ? `${entry}: ${text}` : text;
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
    // What only has to be sent once more stands at its end.
    const first = firstBad < 0 && form.dataset.unsent ? steps.length - 1 : Math.max(firstBad, 0);
    history.replaceState({ step: first }, "");
    show(first, false);
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

  /* After consent what is typed is saved a moment later. One save at a time; what is typed
     meanwhile is saved next. A file goes only once. */
  const draft = form.querySelector(".k-draft");
  if (draft) {
    const consent = draft.querySelector("#draft-consent");
    const said = draft.querySelector(".k-draft-said");
    const handle = form.elements.draft;
    const savedFiles = new Map();
    let timer = null;
    let saving = false;
    draft.querySelector("[data-draft-consent]").hidden = false;
    const facts = draft.querySelector(".k-draft-facts");
    const show = (answer) => {
      handle.value = answer.draft;
      if (answer.pin) {
        facts.hidden = false;
        facts.querySelector("[data-draft-number]").textContent = answer.number;
        facts.querySelector("[data-draft-pin]").textContent = answer.pin;
        const link = facts.querySelector("[data-draft-link]");
        link.href = answer.link;
        link.textContent = answer.link;
      }
      const time = new Date().toLocaleTimeString(document.documentElement.lang, {
        hour: "2-digit",
        minute: "2-digit",
      });
      said.textContent = `${said.dataset.saved} ${time}.`;
    };
    const save = async () => {
      if (saving || sending || !consent.checked) return;
      saving = true;
      timer = null;
      const data = new FormData(form);
      const going = new Map();
      form.querySelectorAll("input[type=file]").forEach((input) => {
        const file = input.files[0];
        if (!file || savedFiles.get(input.name) === file) data.delete(input.name);
        else going.set(input.name, file);
      });
      let again = false;
      try {
        const response = await fetch(draft.dataset.url, { method: "POST", body: data });
        const answer = await response.json();
        if (!answer.draft) throw new Error(answer.message);
        going.forEach((file, name) => savedFiles.set(name, file));
        show(answer);
        const wrong = Object.values(answer.errors);
        if (wrong.length) said.textContent = wrong.join(" ");
      } catch {
        said.textContent = said.dataset.failed;
        again = true;
      }
      saving = false;
      if (again || timer) later(again ? 15000 : 1500);
    };
    const later = (wait) => {
      clearTimeout(timer);
      timer = setTimeout(save, wait);
    };
    form.addEventListener("input", (event) => {
      if (consent.checked) later(event.target === consent ? 0 : 1500);
    });
    form.addEventListener("change", () => consent.checked && later(500));
  }

  form.addEventListener("submit", (event) => {
    if (["save_draft", "sign_in", "empty_form"].includes(event.submitter?.name)) return;
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
