import { element, setText } from "../shared/dom.js";
import { dateTime, whole } from "./format.js";
import { Live } from "./live.js";
import { Log, MOST } from "./log.js";
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
    ["Time", "Node", "Event", "Client or user", "Details"],
    "Nothing happened lately. Clients that come and go, refusals, drops and changes of nodes appear here.",
    3,
  );
  const held = [];
  let paused = false;
  let open = false;

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
    tell();
    if (!paused) for (const each of held.splice(0)) heard(...each);
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
      heard("cleared");
      return { history: 100 };
    },
    [...Object.keys(TYPES), "lost"],
    heard,
    (now) => {
      open = now;
      tell();
    },
  );

  function tell() {
    setText(state, paused ? "paused" : open ? "live" : "connecting again");
    state.dataset.state = open && !paused ? "good" : "warn";
  }

  function heard(type, event) {
    if (paused) {
      held.push([type, event]);
      if (held.length > MOST) held.shift();
    } else if (type === "cleared") log.clear();
    else if (type === "lost") log.add(["", "", "Too many", "", whole(event.count) + " events are not shown"]);
    else if (chosen.has(type)) {
      const what = [event.topic, event.reason, event.detail].filter(Boolean).join(" · ");
      log.add([
        dateTime(event.time),
        event.node,
        TYPES[type],
        event.subject ?? event.address ?? "",
        (event.count > 1 ? whole(event.count) + " times · " : "") + what,
      ]);
    }
  }
}
