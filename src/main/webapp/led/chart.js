import { setText, svg } from "../shared/dom.js";

const WIDTH = 600;
const HEIGHT = 140;
/** The time shown grows with what is known, between these, in ms. */
const SHORTEST = 60 * 1000;
const LONGEST = 5 * 60 * 1000;
/** The smallest range shown, in tenths of a degree, so that noise does not look like weather. */
const RANGE = 20;
const DESCRIBE_EVERY = 10000;

/** The temperature of the last five minutes as a line. */
export class Chart {
  #line = svg("polyline", { class: "chart-line" });
  #area = svg("polygon", { class: "chart-area" });
  #picture;
  #top;
  #bottom;
  #start;
  #described = 0;

  /** picture: an svg element; top, bottom and start: where the ends of the scales are written. */
  constructor({ picture, top, bottom, start }) {
    this.#picture = picture;
    this.#top = top;
    this.#bottom = bottom;
    this.#start = start;
    picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    picture.setAttribute("preserveAspectRatio", "none");
    picture.append(this.#area, this.#line);
  }

  /** samples: [{at, tenths}], oldest first, at least one. */
  draw(samples, now = Date.now()) {
    const values = samples.map((sample) => sample.tenths);
    let low = Math.min(...values);
    let high = Math.max(...values);
    const room = Math.max(0, RANGE - (high - low)) / 2;
    low = Math.floor((low - room) / 5) * 5;
    high = Math.ceil((high + room) / 5) * 5;
    const span = Math.min(LONGEST, Math.max(SHORTEST, now - samples[0].at));
    const x = (at) => (WIDTH * Math.max(0, span - (now - at))) / span;
    const y = (tenths) => 6 + ((HEIGHT - 12) * (high - tenths)) / (high - low);
    const line = samples.map(({ at, tenths }) => [x(at), y(tenths)]);
    line.push([WIDTH, y(values.at(-1))]);
    const points = line.map((point) => point.map((n) => n.toFixed(1)).join(",")).join(" ");
    this.#line.setAttribute("points", points);
    const left = line[0][0].toFixed(1);
    this.#area.setAttribute("points", `${left},${HEIGHT} ${points} ${WIDTH},${HEIGHT}`);
    setText(this.#top, degrees(high));
    setText(this.#bottom, degrees(low));
    setText(this.#start, span > 90000 ? Math.round(span / 60000) + " min ago" : "1 min ago");
    this.#describe(Math.min(...values), Math.max(...values), now);
  }

  /** In words, for those who do not see the line; not more often than one wants to hear it. */
  #describe(low, high, now) {
    if (now - this.#described < DESCRIBE_EVERY) return;
    this.#described = now;
    const words = `Temperature of the last five minutes: ${degrees(low)} to ${degrees(high)}`;
    this.#picture.setAttribute("aria-label", words);
  }
}

/** Tenths of a degree Celsius as text. */
export function degrees(tenths) {
  return (tenths / 10).toFixed(1) + " °C";
}

export function fahrenheit(tenths) {
  return ((tenths / 10) * 1.8 + 32).toFixed(1) + " °F";
}
