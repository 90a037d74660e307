import { element } from "../shared/dom.js";
import { dateTime } from "./format.js";
import { newest } from "./list-state.js";
import { chip, every, field, keepingFocus } from "./parts.js";
import { get } from "./rest.js";
import { route } from "./route.js";
import { Table } from "./table.js";

const EVERY = 5000;
const MOST = 500;

/** Which administrator did what, the latest first. */
export function audit(view, page, signal, query) {
  let user = query.get("user") ?? "";
  const ask = newest();
  const form = element(
    "form",
    { class: "card filters", role: "search", "aria-label": "Audit" },
    field("User", { name: "user", type: "search", value: user }),
    element("button", { class: "button primary" }, "Search"),
  );
  const table = new Table(
    "Audit",
    [
      { label: "Time", value: (entry) => dateTime(entry.time) },
      { label: "User", value: (entry) => entry.user },
      { label: "From", value: (entry) => entry.address },
      { label: "Node", value: (entry) => entry.node },
      { label: "What", long: true, value: (entry) => `${entry.method} ${entry.path}` },
      { label: "With", long: true, value: (entry) => entry.detail },
      { label: "Answer", value: ({ status }) => chip(String(status), status < 400 ? "good" : "bad") },
    ],
    (entry) => [entry.time, entry.node, entry.method, entry.path].join(" "),
  );
  const empty = element("p", { class: "empty" }, "Nothing was changed lately. What administrators change, and what they trace, appears here.");
  const result = element("section", { class: "card", tabindex: "-1", "aria-label": "Audit" }, table.root, empty);
  view.append(
    element("h1", {}, "Audit"),
    element("p", { class: "soft" }, `The last ${MOST} operations that changed something, logins, and traces. Nodes keep them in memory until they end.`),
    form,
    result,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    location.hash = route("audit", { user: form.elements.user.value });
  });
  const load = every(EVERY, page, signal, async () => {
    const found = await ask(get("audit", { user, limit: MOST }));
    if (!found || signal.aborted) return;
    keepingFocus(result, () => table.show(found.items));
    table.root.hidden = found.items.length === 0;
    empty.hidden = found.items.length > 0;
  });
  return (given) => {
    user = given.get("user") ?? "";
    form.elements.user.value = user;
    load();
  };
}
