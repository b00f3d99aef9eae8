/* In the settings of a question: shows the answers of the question that was chosen, and only where
   the condition speaks of answers. Without this script all answers are listed, each with its question. */
(() => {
  "use strict";

  const ID = "form-widgets-IQuestionOptions-only_if_";
  const apply = () => {
    const question = document.getElementById(`${ID}question`);
    const answers = document.getElementById(`formfield-${ID}answers`);
    if (!question || !answers) return;
    const relation = document.getElementById(`${ID}relation`);
    const decides = ["one_of", "none_of"].includes(relation.value);
    answers.querySelectorAll("input[type=checkbox]").forEach((box) => {
      const fits = decodeURIComponent(box.value).split("=")[0] === question.value;
      if (!fits) box.checked = false;
      const line = box.closest(".option, .form-check") || box.parentElement;
      line.hidden = !fits;
    });
    const chosen = question.selectedIndex > 0;
    answers.hidden = !chosen || !decides;
    document.getElementById(`formfield-${ID}relation`).hidden = !chosen;
  };
  document.addEventListener("change", (event) => {
    if (event.target.id?.startsWith(ID)) apply();
  });
  /* The settings open in a window that is filled later. */
  let settings = null;
  new MutationObserver(() => {
    const found = document.getElementById(`${ID}question`);
    if (found !== settings) {
      settings = found;
      apply();
    }
  }).observe(document.body, { childList: true, subtree: true });
  apply();
})();
