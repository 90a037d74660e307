import { element } from "../shared/dom.js";

/** Rows of a log at most. */
export const MOST = 500;

/** A table of what happens, the newest first; the oldest leave it. */
export class Log {
  #labels;
  #long;
  #body = element("tbody");
  #empty;

  /**
   * @param {string} title what the log is called
   * @param {string} empty what will be here
   * @param {number} long from which column on texts may be long
   */
  constructor(title, labels, empty, long = labels.length - 1) {
    this.#labels = labels;
    this.#long = long;
    this.#empty = element("p", { class: "empty" }, empty);
    this.root = element(
      "div",
      { class: "card scroll", tabindex: "0", role: "log", "aria-label": title },
      element(
        "table",
        { class: "table log" },
        element("thead", {}, element("tr", {}, ...labels.map((text) => element("th", { scope: "col" }, text)))),
        this.#body,
      ),
      this.#empty,
    );
  }

  /** @param {(string|HTMLElement)[]} cells one a label */
  add(cells) {
    this.#empty.hidden = true;
    this.#body.prepend(
      element(
        "tr",
        {},
        ...cells.map((cell, i) =>
          element(
            "td",
            { "data-label": this.#labels[i], class: i >= this.#long ? "long" : null },
            element("span", {}, cell),
          ),
        ),
      ),
    );
    while (this.#body.rows.length > MOST) this.#body.lastElementChild.remove();
  }

  clear() {
    this.#body.replaceChildren();
    this.#empty.hidden = false;
  }
}
