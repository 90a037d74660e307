import { element } from "/shared/dom.js";
import { every, pages, table } from "./parts.js";
import { get } from "./rest.js";

const LIMIT = 50;

/**
 * A form to search by and the table of what is found: sorted, in pages, fresh again and again.
 * While the focus is in the table it stands still, so that the focused button does not move.
 *
 * @param {object} list
 * @param {string} list.title what the table and the form are called
 * @param {string} list.path what is asked for, relative to the REST interface
 * @param {string} list.sort the column that it is sorted by at first
 * @param {number} list.interval milliseconds between two looks
 * @param {HTMLElement[]} list.fields what the form asks for
 * @param {object[]} list.columns as table() takes them
 * @param {function(object): string} [list.note] a sentence above the table, of the answer
 * @returns {{elements: HTMLElement[], load: function(): Promise<void>}} the form and the table,
 *     and what looks again at once
 */
export function listing(page, signal, { title, path, sort, interval, fields, columns, note }) {
  const state = { sort, offset: 0 };
  const result = element("div", { class: "card" });
  const form = element(
    "form",
    { class: "card filters", role: "search", "aria-label": title },
    ...fields,
    element("button", { class: "button primary" }, "Search"),
  );

  async function load() {
    const query = { ...Object.fromEntries(new FormData(form)), ...state, limit: LIMIT };
    try {
      const found = await get(path, query);
      if (signal.aborted) return;
      page.worked();
      if (!result.contains(document.activeElement)) show(found);
    } catch (problem) {
      page.failed(problem);
    }
  }

  function again(change) {
    Object.assign(state, change);
    document.activeElement?.blur();
    load();
  }

  function show(found) {
    const { total, items } = found;
    result.replaceChildren(
      note ? element("p", { class: "small soft note" }, note(found)) : "",
      pages({ ...state, limit: LIMIT, total }, (offset) => again({ offset })),
      table(title, columns, items, {
        current: state.sort,
        choose: (sort) => again({ sort, offset: 0 }),
      }),
    );
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    again({ offset: 0 });
  });
  every(interval, load, signal);
  return { elements: [form, result], load };
}
