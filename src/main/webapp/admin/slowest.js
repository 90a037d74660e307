import { element, setText } from "../shared/dom.js";
import { bytes, rate, whole } from "./format.js";
import { newest } from "./list-state.js";
import { choice, clientLink, every, keepingFocus } from "./parts.js";
import { get } from "./rest.js";
import { Table } from "./table.js";

const EVERY = 5000;
const MOST = 10;
const EMPTY = {
  outbox: "Nothing waits. A client appears here while it reads more slowly than messages for it arrive.",
  dropped: "No message for a connected client was dropped. Clients whose outbox was full appear here.",
};

/** The clients that hold up most: for which bytes wait, or for which messages were dropped. */
export function slowest(page, signal) {
  const ask = newest();
  const by = choice(
    "By",
    { onchange: () => load() },
    [["outbox", "bytes that wait"], ["dropped", "messages dropped"]],
  );
  const table = new Table(
    "Slowest subscribers",
    [
      { label: "UID", long: true, value: clientLink },
      { label: "Node", value: (client) => client.node },
      { label: "Waiting", number: true, value: ({ load }) => bytes(load.outboxBytes) },
      { label: "Dropped", number: true, value: ({ load }) => whole(load.dropped) },
      { label: "Out", number: true, value: ({ load }) => rate(load.packetsOut) },
    ],
    (client) => client.etid,
  );
  const empty = element("p", { class: "empty" });
  const root = element(
    "section",
    { class: "card", tabindex: "-1", "aria-labelledby": "slowest" },
    element("h2", { id: "slowest" }, "Slowest subscribers"),
    element("div", { class: "pages" }, by),
    table.root,
    empty,
  );
  const load = every(EVERY, page, signal, async () => {
    const order = by.querySelector("select").value;
    const found = await ask(get("clients/slowest", { by: order, limit: MOST }));
    if (!found || signal.aborted) return;
    const { items } = found;
    keepingFocus(root, () => table.show(items.filter((client) => client.load)));
    table.root.hidden = items.length === 0;
    empty.hidden = items.length > 0;
    setText(empty, EMPTY[order]);
  });
  return root;
}
