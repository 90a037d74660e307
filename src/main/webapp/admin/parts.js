import { element } from "/shared/dom.js";

/** A list of terms and what they are. */
export function facts(pairs) {
  return element(
    "dl",
    { class: "facts" },
    ...pairs.flatMap(([term, value]) => [
      element("dt", {}, term),
      element("dd", {}, value instanceof Node ? value : String(value)),
    ]),
  );
}

/**
 * A table: columns are {label, value(row), number, sort}; value gives text or an element. Text
 * stays text, whatever devices call themselves.
 */
export function table(caption, columns, rows, sorting = null) {
  const head = columns.map((column) => {
    const cell = element("th", { scope: "col", class: column.number ? "number" : null });
    if (!column.sort || !sorting) {
      cell.append(column.label);
      return cell;
    }
    const down = sorting.current === "-" + column.sort;
    if (down || sorting.current === column.sort) {
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
    }
    const next = sorting.current === column.sort ? "-" + column.sort : column.sort;
    cell.append(
      element("button", { type: "button", onclick: () => sorting.choose(next) }, column.label),
    );
    return cell;
  });
  const body = rows.map((row) =>
    element(
      "tr",
      {},
      ...columns.map((column) => {
        const value = column.value(row);
        const attributes = { "data-label": column.label, class: column.number ? "number" : null };
        const content = value instanceof Node ? value : element("span", {}, String(value ?? ""));
        return element("td", attributes, content);
      }),
    ),
  );
  return element(
    "table",
    { class: "table" },
    element("caption", { class: "visually-hidden" }, caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
}

/** Buttons to the pages before and behind, and which part is shown. */
export function pages({ offset, limit, total }, go) {
  const last = Math.min(offset + limit, total);
  return element(
    "div",
    { class: "pages" },
    element(
      "button",
      {
        type: "button",
        class: "button",
        disabled: offset === 0,
        onclick: () => go(Math.max(0, offset - limit)),
      },
      "Before",
    ),
    element("span", {}, total === 0 ? "none" : `${offset + 1} to ${last} of ${total}`),
    element(
      "button",
      {
        type: "button",
        class: "button",
        disabled: last >= total,
        onclick: () => go(offset + limit),
      },
      "Next",
    ),
  );
}

export function button(label, onclick, kind = "") {
  return element("button", { type: "button", class: "button " + kind, onclick }, label);
}

/** An input with its label. */
export function field(label, attributes) {
  return element("label", {}, label, element("input", { class: "field", ...attributes }));
}

/** Calls again and again while the view is shown; the first time at once. */
export function every(milliseconds, task, signal) {
  let timer = null;
  const run = async () => {
    await task();
    if (!signal.aborted) timer = setTimeout(run, milliseconds);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  run();
}
