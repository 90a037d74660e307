import { element, setText } from "../shared/dom.js";
import { alarmList } from "./alarms.js";
import { Chart } from "./chart.js";
import { bytes, rate, whole } from "./format.js";
import { newest } from "./list-state.js";
import { choice, every } from "./parts.js";
import { get } from "./rest.js";
import { route } from "./route.js";
import { slowest } from "./slowest.js";

const CLUSTER_EVERY = 2000;
const HISTORY_EVERY = 5000;

const TILES = [
  ["Nodes ready", (nodes) => nodes.filter((n) => n.state === "ready").length + " of " + nodes.length],
  ["Clients", (nodes) => whole(sum(nodes, "clients"))],
  ["Topics", (nodes) => whole(Math.max(0, ...nodes.map((n) => n.topics)))],
  ["Subscriptions", (nodes) => whole(sum(nodes, "subscriptions"))],
  ["Messages in", (nodes) => rate(sum(nodes, "messagesIn"))],
  ["Messages out", (nodes) => rate(sum(nodes, "messagesOut"))],
  ["Waiting for clients", (nodes) => bytes(sum(nodes, "outboxBytes"))],
];

const CHARTS = [
  ["Messages from clients, a second", "messagesIn"],
  ["Messages to clients, a second", "messagesOut"],
  ["Clients", "clients"],
  ["Messages dropped, a second", "dropped"],
];

/** Ranges of the charts: what the node is asked for, its label, and its seconds. */
const RANGES = [
  ["15m", "15 minutes", 15 * 60],
  ["1h", "1 hour", 60 * 60],
  ["24h", "24 hours", 24 * 60 * 60],
];

const sum = (nodes, figure) => nodes.reduce((total, node) => total + node[figure], 0);

/** The cluster at a glance: numbers of now, and of the last minutes or hours. */
export function overview(view, page, signal, query) {
  let range = rangeOf(query);
  const values = TILES.map(() => element("strong", {}, "–"));
  const charts = CHARTS.map(([title, figure]) => new Chart(title, figure, signal));
  const ask = newest();
  const ranges = choice(
    "Charts of the last",
    { onchange: (event) => (location.hash = route("overview", { range: event.target.value })) },
    RANGES,
    range[0],
  );
  view.append(
    element("h1", {}, "Overview"),
    alarmList(page, signal),
    element(
      "div",
      { class: "tiles" },
      ...TILES.map(([label], i) =>
        element("div", { class: "card tile" }, values[i], element("span", { class: "soft small" }, label)),
      ),
    ),
    element("div", { class: "pages" }, ranges),
    element("div", { class: "charts" }, ...charts.map((chart) => chart.root)),
    slowest(page, signal),
  );
  every(CLUSTER_EVERY, page, signal, async () => {
    const { nodes } = await get("cluster");
    TILES.forEach(([, value], i) => setText(values[i], value(nodes)));
  });
  const load = every(HISTORY_EVERY, page, signal, async () => {
    const [name, , seconds] = range;
    const history = await ask(get("cluster/history", { range: name }));
    if (history && !signal.aborted) charts.forEach((chart) => chart.show(history, seconds));
  });
  return (given) => {
    range = rangeOf(given);
    ranges.querySelector("select").value = range[0];
    load();
  };
}

const rangeOf = (query) => RANGES.find(([name]) => name === query.get("range")) ?? RANGES[0];
