import { element, setText } from "../shared/dom.js";
import { Chart } from "./chart.js";
import { bytes, rate, whole } from "./format.js";
import { every } from "./parts.js";
import { get } from "./rest.js";

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

const sum = (nodes, figure) => nodes.reduce((total, node) => total + node[figure], 0);

/** The cluster at a glance: numbers of now, and the last quarter of an hour. */
export function overview(view, page, signal) {
  const values = TILES.map(() => element("strong", {}, "–"));
  const charts = CHARTS.map(([title, figure]) => new Chart(title, figure, signal));
  view.append(
    element("h1", {}, "Overview"),
    element(
      "div",
      { class: "tiles" },
      ...TILES.map(([label], i) =>
        element("div", { class: "card tile" }, values[i], element("span", { class: "soft small" }, label)),
      ),
    ),
    element("div", { class: "charts" }, ...charts.map((chart) => chart.root)),
  );
  every(CLUSTER_EVERY, page, signal, async () => {
    const { nodes } = await get("cluster");
    TILES.forEach(([, value], i) => setText(values[i], value(nodes)));
  });
  every(HISTORY_EVERY, page, signal, async () => {
    const history = await get("cluster/history");
    if (!signal.aborted) charts.forEach((chart) => chart.show(history));
  });
}
