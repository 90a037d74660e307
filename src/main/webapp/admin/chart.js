import uPlot from "../webjars/uplot/1.6.30/dist/uPlot.esm.js";
import { element } from "../shared/dom.js";
import { tenths, whole } from "./format.js";

const HEIGHT = 200;
const DARK = matchMedia("(prefers-color-scheme: dark)");

/** One colour a node, distinct for people who see few colours; in both schemes. */
const COLORS = ["#3b8fd6", "#e0912f", "#45a86b", "#c05fb0", "#8a8f2a", "#d1605e"];

/** Hours and minutes. */
const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

/** A figure of every node over time. */
export class Chart {
  #figure;
  #plot = null;
  #names = "";
  #history = null;
  #seconds = 0;

  constructor(title, figure, signal) {
    this.#figure = figure;
    this.body = element("div");
    this.summary = element("p", { class: "visually-hidden" });
    this.root = element(
      "section",
      { class: "card chart", "aria-label": title, "data-figure": figure },
      element("h2", {}, title),
      this.body,
      this.summary,
    );
    const resized = new ResizeObserver(() => this.#plot?.setSize(this.#size()));
    resized.observe(this.root);
    const recolour = () => this.#history && this.#build(this.#history);
    DARK.addEventListener("change", recolour);
    signal.addEventListener("abort", () => {
      resized.disconnect();
      DARK.removeEventListener("change", recolour);
      this.#plot?.destroy();
    });
  }

  /** @param {number} seconds how long ago the chart begins */
  show(history, seconds) {
    this.#history = history;
    this.#seconds = seconds;
    const names = Object.keys(history.nodes).join();
    if (!this.#plot || names !== this.#names) {
      this.#names = names;
      this.#build(history);
    } else {
      this.#plot.setData(this.#data(history));
      latest(this.#plot);
    }
    this.summary.textContent = Object.entries(history.nodes)
      .map(([node, figures]) => `${node}: ${whole(figures[this.#figure].at(-1))} now`)
      .join(", ");
  }

  #data(history) {
    return [history.times, ...Object.values(history.nodes).map((node) => node[this.#figure])];
  }

  #size() {
    return { width: Math.max(200, this.body.clientWidth), height: HEIGHT };
  }

  #build(history) {
    this.#plot?.destroy();
    const style = getComputedStyle(document.body);
    const axis = {
      stroke: style.getPropertyValue("--ink-soft"),
      grid: { stroke: style.getPropertyValue("--line"), width: 1 },
      ticks: { stroke: style.getPropertyValue("--line"), width: 1 },
    };
    const options = {
      ...this.#size(),
      scales: {
        x: { range: (plot, min, max) => [(max ?? 0) - this.#seconds, max ?? 0] },
        y: { range: (plot, min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] },
      },
      axes: [
        { ...axis, space: 80, values: (plot, ticks) => ticks.map(clock) },
        { ...axis, size: 60, values: (plot, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? whole(tick) : tick)),
        },
      ],
      cursor: { points: { size: 6 } },
      hooks: { setLegend: [latest] },
      series: [
        { value: (plot, seconds) => (seconds === null ? "" : new Date(seconds * 1000).toLocaleTimeString()) },
        ...Object.keys(history.nodes).map((name, i) => ({
          label: name,
          value: (plot, value) => (value === null || value === undefined ? "–" : tenths(value)),
          stroke: COLORS[i % COLORS.length],
          width: 2,
          dash: i >= COLORS.length ? [6, 4] : undefined,
          points: { show: false },
        })),
      ],
    };
    this.#plot = new uPlot(options, this.#data(history), this.body);
    latest(this.#plot);
  }
}

/** Without a pointer above the chart, its legend tells the latest values. */
function latest(plot) {
  const last = plot.data[0].length - 1;
  if (last >= 0 && (plot.cursor.idx ?? null) === null) plot.setLegend({ idx: last }, false);
}
