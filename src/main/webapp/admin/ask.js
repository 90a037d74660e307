import { element, setText } from "../shared/dom.js";
import { button } from "./parts.js";
import { wordsOf } from "./rest.js";

/**
 * Asks once before something that hurts. The dialog stays open, and says why, when it fails.
 *
 * @param {object} question
 * @param {string} question.title
 * @param {(string|HTMLElement)[]} question.text what happens, a paragraph each
 * @param {string} question.no the label of the button that changes nothing
 * @param {string} question.yes the label of the button that does it
 * @param {HTMLElement[]} [question.fields] what else is asked
 * @param {function(function(string): void, AbortSignal): Promise<string>} question.action does it
 *     and gives what to say; may say how far it is, and ends when the dialog is closed
 * @returns {Promise<boolean>} whether it was done
 */
export function ask(page, { title, text, no, yes, fields = [], action }) {
  const { dialog } = page;
  const closed = new AbortController();
  const said = element("p", { class: "problem", role: "alert" });
  const progress = element("p", { role: "status" });
  const doIt = element("button", { class: "button danger" }, yes);
  const form = element(
    "form",
    {},
    element("h2", { id: "dialog-title" }, title),
    ...text.map((each) => element("p", {}, each)),
    ...fields,
    progress,
    said,
    element("div", { class: "actions" }, button(no, () => dialog.close()), doIt),
  );
  dialog.replaceChildren(form);
  dialog.showModal();
  return new Promise((settle) => {
    dialog.addEventListener("close", () => (closed.abort(), settle(false)), { once: true });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      doIt.disabled = true;
      setText(said, "");
      try {
        const done = await action((how) => setText(progress, how), closed.signal);
        settle(true);
        if (!closed.signal.aborted) dialog.close();
        page.say(done);
      } catch (problem) {
        doIt.disabled = false;
        setText(said, wordsOf(problem));
      }
    });
  });
}
