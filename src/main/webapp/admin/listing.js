import { element, setText } from "../shared/dom.js";
import { collect, save, toCsv, toJson } from "./export.js";
import { time, whole, zone } from "./format.js";
import { LIMITS, newest, pagesOf, readState, writeState } from "./list-state.js";
import { button, choice, every, field, keepingFocus } from "./parts.js";
import { get } from "./rest.js";
import { route } from "./route.js";
import { Table } from "./table.js";

/** Items of one answer at most. */
const MOST = 1000;

/**
 * A form to search by and the table of what is found: sorted, in pages, fresh again and again.
 * Filter, order and page are in the URL; what is typed counts when it is submitted.
 *
 * @param {object} list
 * @param {string} list.view the view's name in the URL
 * @param {string} list.title what the table and the form are called
 * @param {string} list.path what is asked for, relative to the REST interface
 * @param {number} list.interval milliseconds between two looks
 * @param {object[]} list.fields what may be searched by: {name, label, options}
 * @param {object[]} list.columns as Table takes them; the first with a sort is the order at first
 * @param {function(object): string} list.key what tells rows apart
 * @param {string} list.empty what would be here, where nothing is found without a filter
 * @param {function(object): string} [list.note] a sentence above the table, of the answer
 * @param {function(object): void} [list.shown] is told each answer
 * @param {HTMLElement} [list.actions] what can be done with rows, above the table
 * @returns {{elements: HTMLElement[], update: function(URLSearchParams): void, load: function():
 *     Promise<void>, found: function(): Promise<object[]>, filter: function(): object}} form and
 *     table, what shows another part, what looks again at once, all that is found, and the search
 */
export function listing(page, signal, query, list) {
  const names = list.fields.map(({ name }) => name);
  const sorts = list.columns.map(({ sort }) => sort).filter(Boolean);
  const ask = newest();
  let state = readState(query, names, sorts);

  const form = element(
    "form",
    { class: "card filters", role: "search", "aria-label": list.title, hidden: names.length === 0 },
    ...list.fields.map(({ name, label, options }) =>
      options ? choice(label, { name }, options) : field(label, { name, type: "search" }),
    ),
    element("button", { class: "button primary" }, "Search"),
  );
  const fresh = element("span", { class: "small soft fresh" });
  const turns = element("nav", { class: "turns", "aria-label": "Pages of the list" });
  const total = element("span", { class: "total" });
  const size = choice(
    "A page has",
    { onchange: (event) => go({ limit: Number(event.target.value), offset: 0 }) },
    LIMITS.map((limit) => [limit, limit]),
  );
  const note = element("p", { class: "small soft note" });
  const empty = element("p", { class: "empty", hidden: true });
  const table = new Table(list.title, list.columns, list.key, (sort) => go({ sort, offset: 0 }));
  const result = element(
    "section",
    { class: "card", tabindex: "-1", "aria-label": list.title, "aria-busy": "true" },
    list.note ? note : null,
    element(
      "div",
      { class: "pages" },
      turns,
      total,
      size,
      button("CSV", () => download("csv", "text/csv", toCsv), { title: "Save all that is found as CSV" }),
      button("JSON", () => download("json", "application/json", toJson), { title: "Save all that is found as JSON" }),
      fresh,
    ),
    list.actions,
    table.root,
    empty,
  );

  async function look() {
    const asked = state;
    try {
      const found = await ask(get(list.path, { ...asked.filter, ...without(asked, "filter") }));
      if (!found || signal.aborted) return;
      const { last } = pagesOf({ ...asked, total: found.total });
      if (asked.offset > last) go({ offset: last }, true);
      else show(found);
    } catch (problem) {
      fresh.dataset.state = "bad";
      setText(fresh, fresh.dataset.time ? "Not up to date: as of " + fresh.dataset.time : "No answer yet");
      throw problem;
    }
  }

  function show(found) {
    fresh.dataset.state = "good";
    fresh.dataset.time = `${time(Date.now())} ${zone()}`;
    setText(fresh, "As of " + fresh.dataset.time);
    result.setAttribute("aria-busy", "false");
    if (list.note) setText(note, list.note(found));
    keepingFocus(result, () => {
      table.show(found.items, state.sort);
      turnTo(found.total);
    });
    table.root.hidden = found.items.length === 0;
    empty.hidden = found.items.length > 0;
    const searched = Object.values(state.filter).some((text) => text !== "");
    setText(empty, searched ? `Nothing matches this search. Empty its fields to see all.` : list.empty);
    list.shown?.(found);
  }

  function turnTo(all) {
    const { number, count, from, to, ...starts } = pagesOf({ ...state, total: all });
    const labels = { first: "First", before: "Previous", next: "Next", last: "Last" };
    turns.replaceChildren(
      ...Object.entries(labels).map(([start, label]) =>
        button(label, () => go({ offset: starts[start] }), { disabled: starts[start] === state.offset }),
      ),
    );
    setText(
      total,
      all === 0
        ? "none"
        : `${whole(from)} to ${whole(to)} of ${whole(all)} · page ${whole(number)} of ${whole(count)}`,
    );
  }

  /** Shows another part of the list: Back leads to the one before, unless it is replaced. */
  function go(change, replace = false) {
    const hash = route(list.view, writeState({ ...state, ...change }, sorts));
    if (replace) history.replaceState(null, "", hash);
    if (replace || hash === location.hash) update(new URLSearchParams(hash.split("?")[1]));
    else location.hash = hash;
  }

  function download(ending, type, write) {
    const name = `${list.path}-${new Date().toISOString().replaceAll(":", "")}.${ending}`;
    page.act(async () => save(name, type, write(await found())), `Saved as ${name}.`);
  }

  /** All that is found, not the page alone that is shown. */
  function found() {
    const query = { ...state.filter, sort: state.sort, limit: MOST };
    return collect((offset) => get(list.path, { ...query, offset }), list.key);
  }

  function update(given) {
    const before = state.filter;
    state = readState(given, names, sorts);
    fill(before);
    result.setAttribute("aria-busy", "true");
    load();
  }

  /** Puts into the form what is searched by; what is typed and not submitted stays. */
  function fill(before) {
    for (const name of names) {
      if (before?.[name] !== state.filter[name]) form.elements[name].value = state.filter[name];
    }
    size.querySelector("select").value = state.limit;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go({ filter: Object.fromEntries(new FormData(form)), offset: 0 });
  });
  fill();
  const load = every(list.interval, page, signal, look);
  return { elements: [form, result], update, load, found, filter: () => state.filter };
}

function without(object, name) {
  const { [name]: left, ...rest } = object;
  return rest;
}
