import { element, setText } from "../shared/dom.js";
import { time, whole, zone } from "./format.js";
import { Live } from "./live.js";
import { Log } from "./log.js";
import { button } from "./parts.js";

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

/** What happens in the cluster, live. */
export function events(view, page, signal) {
  const state = element("span", { class: "chip", role: "status" }, "connecting");
  const chosen = new Set(Object.keys(TYPES).filter((type) => !QUIET.has(type)));
  const log = new Log(
    "Events",
    [`Time (${zone()})`, "Node", "Event", "Who", "What"],
    "Nothing happened lately. Clients that come and go, refusals, drops and changes of nodes appear here.",
  );
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
    element("div", { class: "pages" }, state, pause, button("Clear", () => log.clear())),
    filters,
    log.root,
  );

  const live = new Live();
  signal.addEventListener("abort", () => live.close());
  live.open(
    "events",
    () => {
      if (!paused) log.clear();
      return { history: 100 };
    },
    [...Object.keys(TYPES), "lost"],
    heard,
    (open) => {
      setText(state, open ? "live" : "connecting again");
      state.dataset.state = open ? "good" : "warn";
    },
  );

  function heard(type, event) {
    if (paused) return;
    if (type === "lost") log.add(["", "", "Too many", "", whole(event.count) + " events are not shown"]);
    else if (chosen.has(type)) {
      const what = [event.topic, event.reason, event.detail].filter(Boolean).join(" · ");
      log.add([
        time(event.time),
        event.node,
        TYPES[type],
        event.subject ?? event.address ?? "",
        (event.count > 1 ? whole(event.count) + " times · " : "") + what,
      ]);
    }
  }
}
