import { element, setText } from "../shared/dom.js";
import { ask } from "./ask.js";
import { bytes, dateTime, duration, percent, rate, whole } from "./format.js";
import { button, every, facts, keepingFocus } from "./parts.js";
import { get, post } from "./rest.js";
import { route } from "./route.js";

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
      "Drain: the node takes no new clients and sends its own to the other nodes. Rebalance: the node sends away the clients above its share.",
    ),
    list,
  );
  every(EVERY, page, signal, async () => {
    const cluster = await get("cluster");
    if (signal.aborted) return;
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
  });
}

const order = (name, what) => post(`cluster/nodes/${encodeURIComponent(name)}/${what}`);

function askToDrain(page, { name, clients }) {
  ask(page, {
    title: `Drain ${name}?`,
    text: [
      `It takes no new clients and sends its own (${whole(clients)} now) to the other nodes, some each second, until you resume it.`,
    ],
    no: "Leave it as it is",
    yes: "Drain " + name,
    action: async () => {
      await order(name, "drain");
      return name + " sends its clients to the other nodes.";
    },
  });
}

function askToStop(page, { name }) {
  ask(page, {
    title: `Stop ${name} hard?`,
    text: [
      "Its process ends at once, as in a power cut: what waits for its clients is lost, and they go to other nodes. It stays stopped until it is started again, by hand or by a supervisor of its machine. For maintenance, drain it.",
    ],
    no: "Leave it running",
    yes: "Stop " + name,
    action: async () => {
      await order(name, "stop");
      return name + " ends.";
    },
  });
}

function devicePorts({ devicePort, deviceTlsPort }) {
  const ports = [devicePort, deviceTlsPort ? deviceTlsPort + " with TLS" : 0];
  return ports.filter(Boolean).join(", ") || "none";
}

class Card {
  #chip = element("span", { class: "chip" });
  #facts = element("div", { tabindex: "-1" });
  #node;

  constructor(node, page) {
    const { name } = node;
    const act = (what, done) => () => page.act(() => order(name, what), done);
    const danger = { kind: "danger" };
    this.drain = button("Drain …", () => askToDrain(page, this.#node), danger);
    this.resume = button("Resume", act("resume", name + " takes clients again."));
    this.rebalance = button("Rebalance", act("rebalance", name + " looks for a surplus."));
    this.stop = button("Stop hard …", () => askToStop(page, node), danger);
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
    this.#node = node;
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
    const made = facts([
      ["Address", element("a", { href: node.url + "/admin/", "data-focus": "address" }, node.url)],
      ["Device port", devicePorts(node)],
      ["Version", `${node.version} (format ${node.format}), Java ${node.javaVersion}`],
      ["Started", `${dateTime(node.started)}, ${duration(node.uptimeSeconds)} ago`],
      ["Clients", element("a", { href: route("clients", { node: node.name }), "data-focus": "clients" }, whole(node.clients))],
      ["Subscriptions", whole(node.subscriptions)],
      ["Messages", `${rate(node.messagesIn)} in, ${rate(node.messagesOut)} out`],
      ["Traffic", `${bytes(node.bytesIn)}/s in, ${bytes(node.bytesOut)}/s out`],
      ["Waiting for clients", bytes(node.outboxBytes)],
      ["Dropped", dropped.join(", ") || "none"],
      ["Kept for clients", `${bytes(node.memoryUsed)} of ${bytes(node.memoryMax)}`],
      ["Heap", `${bytes(node.heapUsed)} of ${bytes(node.heapMax)}`],
      ["CPU", node.cpu < 0 ? "not known" : `${percent(node.cpu)} of ${whole(node.processors)} processors`],
      ["Connections", whole(node.connections)],
      ["Sockets", node.sockets < 0 ? "not known" : whole(node.sockets)],
      ["File descriptors", `${whole(node.descriptors)} of ${whole(node.descriptorsMax)}`],
    ]);
    keepingFocus(this.#facts, () => this.#facts.replaceChildren(made));
  }
}
