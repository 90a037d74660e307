import { HOME, at } from "../shared/api.js";
import { element, setText } from "../shared/dom.js";

/**
 * The two windows: each a frame with the LED page of the node that is chosen for it. The page in a
 * frame tells which node it is on and which device it shows, and shows the device it is asked to.
 */
export class Frames {
  #windows = [];
  #follow;
  #onselect;
  #oncluster;
  #device = null;

  /**
   * place: where the windows go; follow: a check box; onselect(device) is called when a visitor
   * selected a device in a window, oncluster(cluster) with the answer to askCluster.
   */
  constructor(place, follow, { onselect, oncluster }) {
    this.#follow = follow;
    this.#onselect = onselect;
    this.#oncluster = oncluster;
    for (const side of ["Left", "Right"]) {
      const made = makeWindow(side);
      made.select.addEventListener("change", () => this.#open(made, made.select.value));
      place.append(made.root);
      this.#windows.push(made);
    }
    follow.addEventListener(
      "change",
      () => follow.checked && this.#device && this.show(this.#device),
    );
    addEventListener("message", (event) => this.#heard(event));
  }

  /** nodes: as in /api/cluster, state "down" for one that is gone. */
  update(nodes) {
    this.nodes = nodes;
    const alive = nodes.filter((node) => node.state !== "down");
    for (const one of this.#windows) {
      if (!one.node) {
        const taken = this.#windows.map((other) => other.node);
        const free = alive.find((node) => !taken.includes(node.name));
        if (free) this.#open(one, free.name);
      }
      fillOptions(one, nodes);
      this.#status(one);
    }
  }

  /** Shows a device in both windows. */
  show(device) {
    this.#device = device;
    for (const one of this.#windows) {
      if (one.node) one.frame.contentWindow.postMessage({ smq: "select", device }, one.origin);
    }
  }

  /** Asks the pages in the windows what they can learn of the cluster. */
  askCluster() {
    for (const one of this.#windows) {
      if (one.node) one.frame.contentWindow.postMessage({ smq: "cluster?" }, one.origin);
    }
  }

  #open(one, name) {
    const node = this.nodes.find((candidate) => candidate.name === name);
    const address = at(node.self ? HOME : node.url, "led/");
    if (this.#device) address.hash = "device=" + encodeURIComponent(this.#device);
    one.node = name;
    one.origin = address.origin;
    one.page = null;
    const frame = element("iframe", { "data-node": name, title: "LED page of " + name });
    frame.addEventListener("load", () =>
      frame.contentWindow.postMessage({ smq: "watch" }, one.origin),
    );
    frame.src = address.href;
    one.frame = frame;
    one.stage.replaceChildren(frame);
    this.#status(one);
  }

  #heard({ source, origin, data }) {
    const one = this.#windows.find((candidate) => candidate.frame?.contentWindow === source);
    if (!one || origin !== one.origin) return;
    if (data?.smq === "cluster") this.#oncluster(data.cluster);
    if (data?.smq !== "led") return;
    const chosen = data.device !== one.page?.device && data.device !== this.#device;
    one.page = data;
    this.#status(one);
    if (!chosen || typeof data.device !== "string") return;
    this.#device = data.device;
    this.#onselect(data.device);
    if (this.#follow.checked) this.show(data.device);
  }

  #status({ node, page, status, root }) {
    const known = this.nodes?.find((candidate) => candidate.name === node);
    const down = known?.state === "down";
    const moved = page?.open && page.node && page.node !== node;
    let text = "loading";
    if (!node) text = "start another node to see it here";
    else if (moved && down) text = `${node} is down; this page moved to ${page.node}`;
    else if (moved) text = `moved to ${page.node}`;
    else if (down) text = `${node} is down`;
    else if (page) text = page.open ? "connected" : "reconnecting";
    setText(status, text);
    status.dataset.state = down ? "bad" : page?.open ? "good" : "warn";
    root.classList.toggle("down", Boolean(down));
  }
}

function makeWindow(side) {
  const select = element("select", { class: "field", "aria-label": side + " window shows" });
  const status = element("span", { class: "chip", role: "status" });
  const stage = element("div", { class: "window-stage" });
  const head = element("div", { class: "window-head" }, select, status);
  return { root: element("div", { class: "window card" }, head, stage), select, status, stage };
}

function fillOptions({ select, node }, nodes) {
  const wanted = nodes.map(({ name, state }) => [name, state === "down" && name !== node]);
  const form = JSON.stringify([wanted, node]);
  if (select.dataset.form === form) return;
  select.dataset.form = form;
  select.replaceChildren(
    ...wanted.map(([name, disabled]) =>
      element("option", { value: name, disabled, selected: name === node }, name),
    ),
  );
}
