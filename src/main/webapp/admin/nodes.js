import { element, setText } from "/shared/dom.js";
import { bytes, duration, rate, whole } from "./format.js";
import { button, every, facts } from "./parts.js";
import { get, post } from "./rest.js";

const EVERY = 2000;
const STATES = { ready: "good", draining: "warn", joining: "warn" };

/** Every node, and what can be done with it. */
export function nodes(view, page, signal) {
  const cards = new Map();
  const list = element("div", { class: "cards" });
  view.append(
    element("h1", {}, "Nodes"),
    element(
      "p",
      { class: "soft" },
      "A drained node takes no new clients and lets the others go, to the other nodes. To rebalance lets clients go that are more than its share.",
    ),
    list,
  );
  every(
    EVERY,
    async () => {
      try {
        const cluster = await get("cluster");
        page.worked();
        const names = new Set(cluster.nodes.map((node) => node.name));
        for (const [name, card] of cards) {
          if (!names.has(name)) {
            card.root.remove();
            cards.delete(name);
          }
        }
        for (const node of cluster.nodes) {
          if (!cards.has(node.name)) {
            cards.set(node.name, new Card(node, page));
            list.append(cards.get(node.name).root);
          }
          cards.get(node.name).show(node);
        }
      } catch (problem) {
        page.failed(problem);
      }
    },
    signal,
  );
}

function askToStop(name, page, stop) {
  const yes = () => {
    page.dialog.close();
    stop();
  };
  page.dialog.replaceChildren(
    element("h2", { id: "dialog-title" }, `Stop ${name} hard?`),
    element(
      "p",
      {},
      "Its process ends at once, as in a power cut: what waits for its clients is lost, and they go to other nodes. It stays stopped until it is started again, by hand or by a supervisor of its machine. For maintenance, drain it.",
    ),
    element(
      "div",
      { class: "actions" },
      button("Leave it running", () => page.dialog.close()),
      button("Stop " + name, yes, "danger"),
    ),
  );
  page.dialog.showModal();
}

class Card {
  #chip = element("span", { class: "chip" });
  #facts = element("div");

  constructor(node, page) {
    const order = (what, done) => () =>
      page.act(() => post(`cluster/nodes/${encodeURIComponent(node.name)}/${what}`), done);
    this.drain = button("Drain", order("drain", node.name + " lets its clients go."), "danger");
    this.resume = button("Resume", order("resume", node.name + " takes clients again."));
    this.rebalance = button("Rebalance", order("rebalance", node.name + " looks for a surplus."));
    this.stop = button("Stop hard …", () => askToStop(node.name, page, order("stop", node.name + " ends.")), "danger");
    const heading = "node-" + node.name;
    this.root = element(
      "section",
      { class: "card", "data-node": node.name, "aria-labelledby": heading },
      element(
        "div",
        { class: "node-head" },
        element("h2", { id: heading }, node.name),
        this.#chip,
        node.self ? element("span", { class: "soft small" }, "serves this page") : null,
      ),
      this.#facts,
      page.session.operator
        ? element("div", { class: "actions" }, this.drain, this.resume, this.rebalance, this.stop)
        : null,
    );
  }

  show(node) {
    setText(this.#chip, node.state);
    this.#chip.dataset.state = STATES[node.state];
    this.root.dataset.state = node.state;
    this.root.dataset.clients = node.clients;
    this.drain.disabled = node.state !== "ready";
    this.resume.disabled = node.state !== "draining";
    this.rebalance.disabled = node.state !== "ready";
    const dropped = Object.entries(node.dropped)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => `${whole(count)} ${reason}`);
    this.#facts.replaceChildren(
      facts([
        ["Address", element("a", { href: node.url + "/admin/" }, node.url)],
        ["Device port", node.devicePort],
        ["Version", `${node.version} (format ${node.format})`],
        ["Up for", duration(node.uptimeSeconds)],
        ["Clients", whole(node.clients)],
        ["Subscriptions", whole(node.subscriptions)],
        ["Messages", `${rate(node.messagesIn)} in, ${rate(node.messagesOut)} out`],
        ["Traffic", `${bytes(node.bytesIn)}/s in, ${bytes(node.bytesOut)}/s out`],
        ["Waiting for clients", bytes(node.outboxBytes)],
        ["Dropped", dropped.join(", ") || "none"],
        ["Kept for clients", `${bytes(node.memoryUsed)} of ${bytes(node.memoryMax)}`],
        ["Heap", `${bytes(node.heapUsed)} of ${bytes(node.heapMax)}`],
      ]),
    );
  }
}
