import { element } from "../shared/dom.js";
import { askToBan } from "./bans.js";
import { askToClose } from "./clients.js";
import { bytes, dateTime, perSecond, rate, whole } from "./format.js";
import { button, chip, every, facts, items, keepingFocus, topicLink } from "./parts.js";
import { get } from "./rest.js";
import { route } from "./route.js";

const EVERY = 2000;

/** All of one client, and how much it sends and gets now; follows it when it connects again. */
export function client(view, page, signal, query) {
  let asked = Object.fromEntries(query);
  let before = null;
  const body = element("div", { class: "parts", tabindex: "-1" });
  view.append(element("p", {}, element("a", { href: "#clients" }, "All clients")), body);
  const load = every(EVERY, page, signal, look);
  return (given) => {
    asked = Object.fromEntries(given);
    before = null;
    load();
  };

  async function look() {
    const { etid, uid } = asked;
    const found = await find(etid, uid);
    if (signal.aborted || etid !== asked.etid || uid !== asked.uid) return;
    keepingFocus(body, () => {
      if (!found) absent(uid ?? "ETID " + etid, chip("not connected", "bad"));
      else if (found.state === "parked") absent(uid, chip("parked", "warn"), `${found.node} holds what it subscribes to and what waits for it.`);
      else if (found.state === "orphaned") absent(uid, chip("orphaned", "warn"), `${found.node} died; the other nodes hold what is published for it.`);
      else show(found);
    });
    if (found && String(found.etid) !== etid) {
      asked = { etid: String(found.etid), uid: found.uid };
      history.replaceState(null, "", route("client", asked));
    }
  }

  function absent(name, state, held = "") {
    before = null;
    body.replaceChildren(
      element("h1", {}, name),
      element("p", {}, state),
      element("p", { class: "soft" }, held + " It is shown here as soon as it connects to any node, with the same UID."),
    );
  }

  function show(client) {
    const { counters, outbox } = client;
    const now = performance.now();
    const since = before?.etid === client.etid ? (now - before.at) / 1000 : 0;
    const lately = (figure) => perSecond(before?.counters[figure], counters[figure], since);
    const flow = (packets, amount) => {
      const total = `${whole(counters[packets])} packets, ${bytes(counters[amount])}`;
      const [often, much] = [lately(packets), lately(amount)];
      return often === null || much === null ? total : `${total}; now ${rate(often)}, ${bytes(much)}/s`;
    };
    body.replaceChildren(
      element("div", { class: "node-head" }, element("h1", {}, client.uid), chip("connected", "good")),
      page.session.operator
        ? element(
            "div",
            { class: "actions" },
            button("Disconnect …", () => askToClose(page, client), { kind: "danger" }),
            button("Ban …", () => askToBan(page, { kind: "uid", value: client.uid }), { kind: "danger" }),
            element("a", { class: "button", "data-focus": "trace", href: route("trace", { uid: client.uid }) }, "Trace"),
          )
        : "",
      element(
        "section",
        { class: "card", "aria-label": "Facts" },
        facts([
          ["Node", element("a", { href: route("clients", { node: client.node }), "data-focus": "node" }, client.node)],
          ["ETID", client.etid],
          ["Address", `${client.address}, port ${client.port}`],
          ["Transport", client.transport + (client.secure ? ", encrypted" : "")],
          ["User", client.user ?? "none"],
          ["Connected", dateTime(client.connected)],
          ["Info", client.info || "none"],
          ["From it", flow("packetsIn", "bytesIn")],
          ["To it", flow("packetsOut", "bytesOut")],
          ["Outbox", `${bytes(outbox.bytes)} of ${bytes(outbox.limit)}, ${whole(outbox.dropped)} dropped`],
        ]),
      ),
      element(
        "div",
        { class: "cards" },
        items("Subscribes to", client.subscriptions.map(named), "It subscribes to no topic.",
          client.subscriptionsTotal - client.subscriptions.length),
        items("Observes", client.observations.map(named), "It observes neither a topic nor a client.",
          client.observationsTotal - client.observations.length),
        items("What happened",
          client.events.reverse().map((event) => `${dateTime(event.time)} · ${event.type} ${event.detail ?? ""}`),
          "Nothing happened lately."),
      ),
    );
    before = { etid: client.etid, counters, at: now };
  }
}

const named = ({ id, topic }) =>
  topic
    ? topicLink(topic)
    : element("a", { href: route("client", { etid: id }), "data-focus": "client " + id }, "client " + id);

/** The client with the ETID; else the one that has the UID now, connected or expected back; null if there is neither. */
async function find(etid, uid) {
  if (etid) {
    try {
      return await get("clients/" + encodeURIComponent(etid));
    } catch (problem) {
      if (problem.status !== 404) throw problem;
    }
  }
  if (!uid) return null;
  const [same] = (await get("clients", { uid, exact: true })).items;
  return same?.state === "connected" ? find(String(same.etid), "") : (same ?? null);
}
