import { element } from "../shared/dom.js";
import { route } from "./route.js";

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

/** A heading and a list below it; a sentence where the list is empty. */
export function items(title, values, empty, more = 0) {
  const shown = values.map((value) => element("li", {}, value));
  if (more > 0) shown.push(element("li", {}, `${more} more`));
  return element(
    "section",
    { class: "card" },
    element("h2", {}, title),
    shown.length ? element("ul", {}, ...shown) : element("p", { class: "soft" }, empty),
  );
}

/** A button; options are its kind for the style, and its key where the focus is kept. */
export function button(label, onclick, { kind = "", key = label, ...attributes } = {}) {
  return element(
    "button",
    { type: "button", class: "button " + kind, "data-focus": key, onclick, ...attributes },
    label,
  );
}

/** An input with its label. */
export function field(label, attributes) {
  return element("label", {}, label, element("input", { class: "field", ...attributes }));
}

/** A choice with its label; options are [value, text]. */
export function choice(label, attributes, options, chosen = "") {
  return element(
    "label",
    {},
    label,
    element(
      "select",
      { class: "field", ...attributes },
      ...options.map(([value, text]) =>
        element("option", { value, selected: String(value) === String(chosen) }, text),
      ),
    ),
  );
}

/** A link to the page of a client, which is found by its UID when it has connected again. */
export const clientLink = ({ etid, uid }) =>
  element("a", { href: route("client", { etid, uid }), "data-focus": "open " + etid, title: uid }, uid);

/** A link to the page of a topic. */
export const topicLink = (name) =>
  element("a", { href: route("topic", { name }), "data-focus": "topic " + name, title: name }, name);

/** How something stands: good, warn or bad. */
export const chip = (text, state) => element("span", { class: "chip", "data-state": state }, text);

/**
 * Changes what is in an element, and keeps the focus on what has the same data-focus afterwards; on
 * the element itself, which must take it, where that is gone.
 */
export function keepingFocus(root, change) {
  const active = document.activeElement;
  const had = root.contains(active) && active !== root;
  const key = active?.dataset.focus;
  change();
  if (!had || (active.isConnected && document.activeElement === active)) return;
  const same = [...root.querySelectorAll("[data-focus]")].find(
    (each) => each.dataset.focus === key && !each.disabled,
  );
  (same ?? root).focus({ preventScroll: true });
}

/**
 * Calls again and again while the view is shown, the first time at once, and tells the page whether
 * it works.
 *
 * @returns {function(): Promise<void>} what calls now, and then goes on
 */
export function every(milliseconds, page, signal, task) {
  let timer = null;
  let turn = 0;
  const run = async () => {
    clearTimeout(timer);
    const mine = ++turn;
    try {
      await task();
      if (!signal.aborted) page.worked(task);
    } catch (problem) {
      if (!signal.aborted) page.failed(problem, task);
    }
    if (!signal.aborted && mine === turn) timer = setTimeout(run, milliseconds);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  run();
  return run;
}
