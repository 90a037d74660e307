import { element } from "../shared/dom.js";

/**
 * A table that is shown again and again: rows and cells that say the same stay what they are, so
 * that neither the focus nor a selection of text is lost.
 *
 * Columns are {label, value(row), sort, number, long, box, wide}; value gives text or an element.
 * Text stays text, whatever devices call themselves. A long column takes the room that others
 * leave; a wide window alone shows a wide one.
 */
export class Table {
  #columns;
  #key;
  #choose;
  #head = element("tr");
  #body = element("tbody");

  /**
   * @param {string} caption what the table is called
   * @param {function(object): string} key what tells rows apart
   * @param {function(string): void} [choose] gets the order that a visitor wants
   */
  constructor(caption, columns, key, choose) {
    this.#columns = columns;
    this.#key = key;
    this.#choose = choose;
    this.root = element(
      "table",
      { class: "table" },
      element("caption", { class: "visually-hidden" }, caption),
      element("thead", {}, this.#head),
      this.#body,
    );
  }

  /** @param {string} [sort] the column that the rows are sorted by, with a minus before it downwards */
  show(rows, sort) {
    replaceChanged(this.#head, this.#columns.map((column) => this.#label(column, sort)));
    const before = new Map([...this.#body.rows].map((row) => [row.dataset.key, row]));
    const shown = rows.map((row) => {
      const key = String(this.#key(row));
      const had = before.get(key) ?? element("tr", { "data-key": key });
      replaceChanged(had, this.#columns.map((column) => cell(column, row)));
      return had;
    });
    for (const row of [...this.#body.rows]) if (!shown.includes(row)) row.remove();
    shown.forEach((row, i) => {
      if (this.#body.rows[i] !== row) this.#body.insertBefore(row, this.#body.rows[i] ?? null);
    });
  }

  #label({ label, sort, number, wide }, current) {
    if (label instanceof Node) return label.parentElement ?? element("th", { class: "box" }, label);
    const head = element("th", { scope: "col", class: kinds({ number, wide }) });
    if (!sort || !this.#choose) {
      head.append(label);
      return head;
    }
    const down = current === "-" + sort;
    if (down || current === sort) {
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    }
    const next = current === sort ? "-" + sort : sort;
    head.append(
      element(
        "button",
        { type: "button", "data-focus": "sort " + sort, "data-next": next, onclick: () => this.#choose(next) },
        label,
      ),
    );
    return head;
  }
}

const kinds = (each) => Object.keys(each).filter((name) => each[name]).join(" ") || null;

function cell({ label, value, number, long, box, wide }, row) {
  const content = value(row);
  return element(
    "td",
    { "data-label": typeof label === "string" ? label : "Choose", class: kinds({ number, long, box, wide }) },
    content instanceof Node
      ? content
      : element("span", { title: long && content ? content : null }, String(content ?? "")),
  );
}

/** Replaces the cells that do not say the same. */
function replaceChanged(row, cells) {
  if (row.cells.length !== cells.length) {
    row.replaceChildren(...cells);
    return;
  }
  cells.forEach((made, i) => {
    if (!row.cells[i].isEqualNode(made)) row.cells[i].replaceWith(made);
  });
}
