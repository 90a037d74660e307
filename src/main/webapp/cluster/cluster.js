import { loadCluster, loadDevices, post } from "../shared/api.js";
import { element, setText } from "../shared/dom.js";
import { Frames } from "./frames.js";
import { Picture, plural, rate } from "./picture.js";

const ASK_EVERY = 1000;
const DEVICES_EVERY = 3000;
/** A node that is gone stays in the picture so long, in ms: longer than a restart takes. */
const REMEMBERED = 10 * 60 * 1000;
const CHIPS = 12;

const byId = (id) => document.getElementById(id);
const picture = new Picture(byId("picture"));
const frames = new Frames(byId("frames"), byId("follow"), {
  onselect: markDevice,
  oncluster: (cluster) => lost && show(cluster),
});

/** name -> {node, seen}: every node heard of lately */
const known = new Map();
const cards = new Map();
let lost = false;
let home = null;

// ---- the state of the cluster ---------------------------------------------------------------

async function ask() {
  try {
    const cluster = await loadCluster();
    lost = false;
    home = cluster.self;
    byId("banner").hidden = true;
    show(cluster);
  } catch {
    lost = true;
    showLost();
    frames.askCluster();
  }
}

function show(cluster) {
  const now = Date.now();
  for (const node of cluster.nodes) {
    known.set(node.name, { node: { ...node, self: node.name === home }, seen: now });
  }
  const present = new Set(cluster.nodes.map((node) => node.name));
  for (const [name, entry] of known) {
    if (present.has(name)) continue;
    if (now - entry.seen > REMEMBERED) known.delete(name);
    else entry.node = { ...entry.node, state: "down" };
  }
  const nodes = [...known.values()].map((entry) => entry.node);
  nodes.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  picture.draw(nodes);
  frames.update(nodes);
  showNumbers(nodes.filter((node) => node.state !== "down"));
  const mayAdminister = Boolean(cluster.mayAdminister) && !lost;
  showCards(nodes, mayAdminister);
  byId("may-not").hidden = mayAdminister || lost;
}

/** The node that served this page does not answer: say so, and where to go. */
function showLost() {
  const others = [...known.values()].filter(({ node }) => !node.self && node.state !== "down");
  const links = others.map(({ node }) => element("a", { href: node.url + "/" }, node.name));
  const banner = byId("banner");
  setText(byId("served"), "not connected");
  byId("served").dataset.state = "bad";
  if (!banner.hidden) return;
  banner.replaceChildren(
    element("strong", {}, `${home ?? "The node"} that served this page does not answer.`),
    element(
      "span",
      {},
      links.length ? "Open this page on " : "Trying again …",
      ...links.flatMap(comma),
    ),
  );
  banner.hidden = false;
}

function comma(link, i) {
  return i ? [", ", link] : [link];
}

function showNumbers(alive) {
  const clients = sum(alive, "clients");
  const messages = sum(alive, "messagesIn") + sum(alive, "messagesOut");
  setText(
    byId("summary"),
    `Now: ${plural(alive.length, "node")}, ${plural(clients, "client")}, ${rate(messages, " messages")}.`,
  );
  setText(
    byId("live-scale"),
    `Now: ${plural(clients, "client")} on ${plural(alive.length, "node")}.`,
  );
  if (!lost) {
    setText(byId("served"), "served by " + home);
    byId("served").dataset.state = "good";
  }
  showShares(alive, clients);
}

function sum(nodes, field) {
  return nodes.reduce((total, node) => total + node[field], 0);
}

/** How the clients are spread, as bars. */
function showShares(alive, clients) {
  const place = byId("live-shares");
  if (place.children.length !== alive.length) {
    place.replaceChildren(
      ...alive.map(() =>
        element("div", {}, element("span"), element("meter", { min: 0 }), element("span")),
      ),
    );
  }
  alive.forEach((node, i) => {
    const [name, bar, count] = place.children[i].children;
    setText(name, node.name);
    bar.max = Math.max(1, clients);
    bar.value = node.clients;
    bar.setAttribute("aria-label", `${node.name}: ${plural(node.clients, "client")}`);
    setText(count, String(node.clients));
  });
}

// ---- one card a node, with what may be done to it -------------------------------------------

function showCards(nodes, mayAdminister) {
  for (const [name, card] of cards) {
    if (nodes.some((node) => node.name === name)) continue;
    card.root.remove();
    cards.delete(name);
  }
  nodes.forEach((node, i) => {
    if (!cards.has(node.name)) cards.set(node.name, makeCard(node.name));
    const card = cards.get(node.name);
    const place = byId("nodes");
    if (place.children[i] !== card.root) place.insertBefore(card.root, place.children[i] ?? null);
    fillCard(card, node, mayAdminister);
  });
}

function makeCard(name) {
  const card = {
    state: element("span", { class: "chip" }),
    facts: element("p", { class: "small soft number" }),
    failure: element("p", { class: "small failure", role: "status" }),
    drain: button("Drain", () => drain(name)),
    resume: button("Take clients again", () => act(name, "resume")),
    stop: button("Stop hard", () => stop(name)),
  };
  card.stop.classList.add("danger");
  card.buttons = element("div", { class: "node-buttons" }, card.drain, card.resume, card.stop);
  card.root = element(
    "li",
    { class: "card node-card" },
    element("div", { class: "node-head" }, element("h3", {}, name), card.state),
    card.facts,
    card.buttons,
    card.failure,
  );
  return card;
}

function button(text, onclick) {
  return element("button", { type: "button", class: "button", onclick }, text);
}

const CHIP_OF = { ready: "good", down: "bad" };

function fillCard(card, node, mayAdminister) {
  const down = node.state === "down";
  setText(card.state, down ? "stopped" : node.state);
  card.state.dataset.state = CHIP_OF[node.state] ?? "warn";
  const facts = `${plural(node.clients, "client")} · up ${duration(node.uptimeSeconds)} · ${node.version}`;
  setText(card.facts, down ? "Its clients have gone to the other nodes." : facts);
  card.buttons.hidden = !mayAdminister || down;
  card.drain.hidden = node.state === "draining";
  card.resume.hidden = node.state !== "draining";
}

function duration(seconds) {
  if (seconds < 120) return seconds + " s";
  if (seconds < 7200) return Math.floor(seconds / 60) + " min";
  return Math.floor(seconds / 3600) + " h";
}

async function act(name, action) {
  const { failure } = cards.get(name);
  setText(failure, "");
  try {
    const response = await post(`api/cluster/nodes/${encodeURIComponent(name)}/${action}`);
    const refused = response.status === 401 ? "Your login is over." : `Refused (${response.status}).`;
    if (!response.ok) setText(failure, refused);
  } catch {
    // A node that stops itself cannot answer; that it is gone is shown by the next look.
    if (action !== "stop" || name !== home) setText(failure, "No answer.");
  }
  ask();
}

function drain(name) {
  const text =
    "It takes no new clients and sends its own to the other nodes, some each second, until it is resumed.";
  sure(`Drain ${name}?`, text, `Drain ${name}`, () => act(name, "drain"));
}

function stop(name) {
  const text =
    "The process ends at once, as in a power cut. Its clients lose their connection and go to other nodes. It stays stopped until it is started again, by hand or by a supervisor of its machine.";
  sure(`Stop ${name} hard?`, text, `Stop ${name}`, () => act(name, "stop"));
}

function sure(title, text, yes, action) {
  setText(byId("sure-title"), title);
  setText(byId("sure-text"), text);
  setText(byId("sure-yes"), yes);
  const dialog = byId("sure");
  dialog.returnValue = "no";
  dialog.onclose = () => dialog.returnValue === "yes" && action();
  dialog.showModal();
}

// ---- the devices, to show one in both windows -----------------------------------------------

let selected = null;

async function showDevices() {
  const devices = await loadDevices({ limit: CHIPS }).catch(() => null);
  if (!devices) return;
  const shown = devices.items.filter((device) => device.devname);
  shown.sort((a, b) => a.devname.localeCompare(b.devname, undefined, { numeric: true }));
  const place = byId("both");
  const form = JSON.stringify(shown.map(({ key, devname }) => [key, devname]));
  place.hidden = shown.length === 0;
  if (place.dataset.form === form) return;
  place.dataset.form = form;
  const buttons = shown.map(({ key, devname }) => {
    const one = button(devname.slice(0, 40), () => {
      markDevice(key);
      frames.show(key);
    });
    one.dataset.both = key;
    return one;
  });
  place.replaceChildren(element("span", { class: "soft" }, "Show in both:"), ...buttons);
  markDevice(selected);
}

function markDevice(key) {
  selected = key;
  for (const one of byId("both").querySelectorAll("button")) {
    one.setAttribute("aria-pressed", String(one.dataset.both === key));
  }
}

/** Polls the cluster, but not while the page is hidden. */
function repeat(task, ms) {
  const run = async () => {
    if (!document.hidden) await task();
    setTimeout(run, ms);
  };
  run();
}

repeat(ask, ASK_EVERY);
repeat(showDevices, DEVICES_EVERY);
