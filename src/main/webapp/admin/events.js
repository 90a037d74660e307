import { element, setText } from "/shared/dom.js";
import { time, whole } from "./format.js";
import { button } from "./parts.js";
import { get, stream } from "./rest.js";

const TYPES = {
  connected: "Connected",
  disconnected: "Disconnected",
  subscribed: "Subscribed",
  refused: "Refused",
  dropped: "Dropped",
  "node-joined": "Node joined",
  "node-left": "Node left",
  "node-ready": "Node ready",
  "node-draining": "Node draining",
  device: "Device changed",
};
const QUIET = new Set(["device"]);
const MOST = 500;
const REOPEN_AFTER = 3000;

/** What happens in the cluster, live. */
export function events(view, page, signal) {
  const body = element("tbody");
  const state = element("span", { class: "chip" }, "connecting");
  const chosen = new Set(Object.keys(TYPES).filter((type) => !QUIET.has(type)));
  let paused = false;

  const filters = element(
    "fieldset",
    { class: "card filters" },
    element("legend", { class: "visually-hidden" }, "Which events"),
    ...Object.entries(TYPES).map(([type, label]) =>
      element(
        "label",
        {},
        element("span", {}, element("input", {
          type: "checkbox",
          checked: chosen.has(type),
          onchange: (event) => (event.target.checked ? chosen.add(type) : chosen.delete(type)),
        }), " " + label),
      ),
    ),
  );
  const pause = button("Pause", () => {
    paused = !paused;
    setText(pause, paused ? "Go on" : "Pause");
  });
  view.append(
    element("h1", {}, "Events"),
    element("div", { class: "pages" }, state, pause, button("Clear", () => body.replaceChildren())),
    filters,
    element(
      "div",
      { class: "card scroll", tabindex: "0", role: "log", "aria-label": "Events" },
      element(
        "table",
        { class: "table log" },
        element(
          "thead",
          {},
          element("tr", {}, ...["Time", "Node", "Event", "Who", "What"].map((text) => element("th", { scope: "col" }, text))),
        ),
        body,
      ),
    ),
  );

  function add(cells) {
    const labels = ["Time", "Node", "Event", "Who", "What"];
    body.prepend(
      element("tr", {}, ...cells.map((text, i) => element("td", { "data-label": labels[i] }, element("span", {}, text)))),
    );
    while (body.rows.length > MOST) body.lastElementChild.remove();
  }

  let end;
  let reopening;
  listen();
  signal.addEventListener("abort", () => {
    clearTimeout(reopening);
    end();
  });

  function listen() {
    if (!paused) body.replaceChildren();
    end = stream(
      "events",
      { history: 100 },
      [...Object.keys(TYPES), "lost"],
      (type, event) => {
        if (paused) return;
        if (type === "lost") {
          add(["", "", "Too many", "", whole(event.count) + " events are not shown"]);
        } else if (chosen.has(type)) {
          const what = [event.topic, event.reason, event.detail].filter(Boolean).join(" · ");
          add([
            time(event.time),
            event.node,
            TYPES[type],
            event.subject ?? event.address ?? "",
            (event.count > 1 ? whole(event.count) + " times · " : "") + what,
          ]);
        }
      },
      (open, over) => {
        setText(state, open ? "live" : "connecting again");
        state.dataset.state = open ? "good" : "warn";
        if (over) reopening = setTimeout(reopen, REOPEN_AFTER);
      },
    );
  }

  /** Once the node answers: one that starts has none for the stream, and a browser asks but once. */
  async function reopen() {
    try {
      await get("cluster");
    } catch {
      if (!signal.aborted) reopening = setTimeout(reopen, REOPEN_AFTER);
      return;
    }
    if (!signal.aborted) listen();
  }
}
