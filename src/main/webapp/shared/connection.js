import { SmqClient } from "../smq.mjs";
import { HOME, brokerURL, brokerURLs, loadCluster, loadNodeOf, nodeAt, nodeThatAnswers } from "./api.js";
import { element, setText } from "./dom.js";

const CLUSTER_EVERY = 15000;
const GOOD_NEWS_FOR = 6000;

/**
 * A page's connection to the cluster, and what the visitor sees of it: body[data-connection], a
 * chip with the name of the node, and a banner that counts down while there is no connection.
 * It first goes to where the page came from; when that fails, to the other nodes in turn.
 */
export class Connection {
  /** The name of the node that the page is on, or null if it is not known. */
  node = null;
  #banner;
  #chip;
  #text = element("strong");
  #countdown = element("span", { class: "number", "aria-hidden": "true" });
  #button = element("button", { type: "button", class: "button" }, "Try now");
  #cluster = null;
  #lostNode = null;
  #wasLost = false;
  #nextTry = 0;
  #timer = null;
  #listeners = new Set();

  /** info: what the broker shows beside the client; banner and chip: elements of the page. */
  constructor({ info, banner, chip }) {
    this.#banner = banner;
    this.#chip = chip;
    this.client = new SmqClient(brokerURL(HOME), {
      uid: "page-" + randomName(),
      info,
      ping: 5000,
      connectTimeout: 5000,
      reconnect: { min: 400, max: 8000 },
    });
    banner.setAttribute("role", "status");
    banner.append(this.#text, this.#countdown, this.#button);
    this.#button.addEventListener("click", () => this.client.reconnect());
    this.client.on("connect", () => this.#opened());
    this.client.on("close", (detail) => this.#closed(detail));
    this.client.on("retry", (detail) => this.#waiting(detail));
    setText(chip, "connecting");
    this.#learn();
    setInterval(() => this.#learn(), CLUSTER_EVERY);
  }

  /** Calls back whenever the connection or the node changes. */
  onchange(listener) {
    this.#listeners.add(listener);
  }

  get open() {
    return this.client.connected;
  }

  /** The application at the node that the page is connected to, or was. */
  get home() {
    return new URL(".", this.client.url.replace(/^ws/, "http")).href;
  }

  /** Learns which other nodes there are; while that cannot be asked the last answer holds. */
  async #learn() {
    try {
      this.#cluster = await loadCluster();
      this.client.urls = brokerURLs(this.#cluster);
      if (this.open && !this.node) this.#findNode();
    } catch {
      // The node that served this page is gone; the connection does not depend on it.
    }
  }

  #opened() {
    document.body.dataset.connection = "open";
    clearInterval(this.#timer);
    this.#button.hidden = true;
    setText(this.#countdown, "");
    this.#findNode();
  }

  async #findNode() {
    const { url, etid } = this.client;
    this.node = nodeAt(this.#cluster, url);
    this.#show();
    if (this.node || !this.#cluster) return;
    // One name for all nodes: only the broker can say which of them took this connection. Who may
    // not ask that takes the node that answers now, not the one that may just have died.
    const name = (await loadNodeOf(etid)) ?? (await nodeThatAnswers()) ?? this.#cluster.self;
    if (etid !== this.client.etid || !this.open) return;
    this.node = name;
    this.#show();
  }

  #show() {
    const where = this.node ?? (this.#cluster ? "a node of the cluster" : "connected");
    setText(this.#chip, where);
    this.#chip.dataset.state = "good";
    this.#chip.title = "This page is connected to " + where;
    if (this.#wasLost && this.node) this.#goodNews();
    for (const listener of this.#listeners) listener();
  }

  #goodNews() {
    this.#wasLost = false;
    const moved = this.#lostNode && this.#lostNode !== this.node;
    const text = moved ? `Moved from ${this.#lostNode} to ${this.node}` : `Back on ${this.node}`;
    this.#tell("good", text + "; everything is live again.");
    this.#timer = setTimeout(() => (this.#banner.hidden = true), GOOD_NEWS_FOR);
  }

  #closed({ message, again }) {
    document.body.dataset.connection = "closed";
    clearTimeout(this.#timer);
    if (this.node) this.#lostNode = this.node;
    this.node = null;
    this.#wasLost = true;
    setText(this.#chip, "not connected");
    this.#chip.dataset.state = "bad";
    this.#chip.title = message;
    this.#button.hidden = false;
    setText(this.#button, again ? "Try now" : "Connect again");
    const lost = this.#lostNode ? `Connection to ${this.#lostNode} lost.` : "Not connected.";
    if (again) this.#tell("warn", lost);
    else this.#tell("bad", `The broker ended the connection: ${message}.`);
    for (const listener of this.#listeners) listener();
  }

  #waiting({ delay, url }) {
    this.#nextTry = performance.now() + delay;
    const target = nodeAt(this.#cluster, url) ?? new URL(url).host;
    const count = () => {
      const seconds = Math.ceil((this.#nextTry - performance.now()) / 1000);
      setText(
        this.#countdown,
        seconds > 0 ? `Trying ${target} in ${seconds} s` : `Connecting to ${target} …`,
      );
    };
    clearInterval(this.#timer);
    this.#timer = setInterval(count, 250);
    count();
  }

  #tell(kind, text) {
    this.#banner.hidden = false;
    this.#banner.dataset.kind = kind;
    setText(this.#text, text);
  }
}

/** A random name; also where the page is no secure context and randomUUID is missing. */
export function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
