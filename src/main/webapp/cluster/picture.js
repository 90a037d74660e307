import { svg } from "../shared/dom.js";

const RADIUS = 52;
const ORBIT = 74;
const DOTS = 28;
const FLOWS = 4;
/** Room for one node with its texts. */
const CELL = { width: 180, height: 240 };
/** Below this width, in px, the nodes stand two in a row instead of in a ring. */
const NARROW = 560;

/**
 * The nodes as circles, their clients as dots around them, the messages between nodes as dots that
 * move. Drawn anew only when nodes or the numbers of dots change; texts change in place.
 */
export class Picture {
  #root;
  #drawn = "";
  #texts = new Map();
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  constructor(root) {
    this.#root = root;
  }

  /** nodes: as in /api/cluster, state "down" for one that is gone. */
  draw(nodes) {
    const width = Math.max(2 * CELL.width, this.#root.parentElement.clientWidth);
    const form = nodes.map((node) => [node.name, node.state, dots(node), flows(node)].join());
    form.push(width);
    if (form.join(";") !== this.#drawn) {
      this.#drawn = form.join(";");
      this.#build(nodes, width);
    }
    for (const node of nodes) {
      const { clients, traffic } = this.#texts.get(node.name);
      const down = node.state === "down";
      clients.textContent = down ? "stopped" : plural(node.clients, "client");
      traffic.textContent = down
        ? ""
        : `${rate(node.messagesIn)} in · ${rate(node.messagesOut)} out`;
    }
    this.#root.setAttribute("aria-label", inWords(nodes));
  }

  #build(nodes, width) {
    const { places, height } = arrange(nodes.length, width);
    this.#root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#texts.clear();
    const links = svg("g");
    nodes.forEach((a, i) => {
      nodes.slice(i + 1).forEach((b, k) => {
        links.append(...this.#link(a, places[i], b, places[i + 1 + k]));
      });
    });
    this.#root.replaceChildren(links, ...nodes.map((node, i) => this.#node(node, places[i])));
  }

  #link(a, from, b, to) {
    const broken = a.state === "down" || b.state === "down";
    const line = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
    const parts = [svg("line", { ...line, class: broken ? "link broken" : "link" })];
    if (broken || this.#still.matches) return parts;
    return [...parts, ...moving(from, to, flows(a)), ...moving(to, from, flows(b))];
  }

  #node(node, { x, y }) {
    const clients = svg("text", { class: "node-clients", y: ORBIT + 26 });
    const traffic = svg("text", { class: "node-traffic", y: ORBIT + 46 });
    this.#texts.set(node.name, { clients, traffic });
    const count = dots(node);
    const around = Array.from({ length: count }, (_, i) => {
      const angle = (2 * Math.PI * i) / count - Math.PI / 2;
      const at = { cx: ORBIT * Math.cos(angle), cy: ORBIT * Math.sin(angle) };
      return svg("circle", { class: "client", r: 4, ...at });
    });
    const name = svg("text", { class: "node-name", y: 6 });
    name.textContent = node.name.length > 10 ? node.name.slice(0, 9) + "…" : node.name;
    return svg(
      "g",
      { class: "node", "data-state": node.state, transform: `translate(${x} ${y})` },
      svg("circle", { class: "orbit", r: ORBIT }),
      svg("circle", { class: "body", r: RADIUS }),
      name,
      ...around,
      clients,
      traffic,
    );
  }
}

/** Dots on their way from one place to another, more of them the more messages go. */
function moving(from, to, count) {
  return Array.from({ length: count }, (_, i) =>
    svg(
      "circle",
      { class: "message", r: 3.5 },
      svg("animateMotion", {
        dur: "2.4s",
        begin: `${(-2.4 * i) / count}s`,
        repeatCount: "indefinite",
        path: `M${from.x},${from.y} L${to.x},${to.y}`,
      }),
    ),
  );
}

/** Where the nodes stand: few in a row, more in a ring, two in a row where it is narrow. */
function arrange(count, width) {
  const middle = width / 2;
  const narrow = width < NARROW;
  if (count <= (narrow ? 2 : 3)) {
    const step = Math.min(width / count, 300);
    const first = middle - (step * (count - 1)) / 2;
    const places = Array.from({ length: count }, (_, i) => ({ x: first + step * i, y: 90 }));
    return { places, height: CELL.height };
  }
  if (narrow) {
    const places = Array.from({ length: count }, (_, i) => ({
      x: middle + (i % 2 ? 0.5 : -0.5) * CELL.width,
      y: 90 + Math.floor(i / 2) * CELL.height,
    }));
    return { places, height: Math.ceil(count / 2) * CELL.height };
  }
  const radius = Math.max(110, 26 * count);
  const places = Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count - Math.PI / 2;
    const wide = middle - CELL.width / 2;
    return { x: middle + wide * Math.cos(angle), y: 90 + radius * (1 + Math.sin(angle)) };
  });
  return { places, height: 2 * radius + CELL.height };
}

function dots(node) {
  return node.state === "down" ? 0 : Math.min(DOTS, node.clients);
}

function flows(node) {
  return node.messagesOut > 0
    ? Math.min(FLOWS, 1 + Math.floor(Math.log10(1 + node.messagesOut)))
    : 0;
}

/** How many there are a second, as text. */
export function rate(perSecond, what = "") {
  if (perSecond >= 1000) return `${(perSecond / 1000).toFixed(1)} k${what}/s`;
  const digits = perSecond >= 10 || perSecond === 0 ? 0 : 1;
  return `${perSecond.toFixed(digits)}${what}/s`;
}

export function plural(count, word) {
  return count + " " + word + (count === 1 ? "" : "s");
}

function inWords(nodes) {
  const words = nodes.map((node) =>
    node.state === "down"
      ? `${node.name} has stopped`
      : `${node.name} is ${node.state} with ${plural(node.clients, "client")}`,
  );
  return plural(nodes.length, "node") + ": " + words.join("; ");
}
