import { element } from "/shared/dom.js";
import { bytes, dateTime, time, whole } from "./format.js";
import { listing } from "./listing.js";
import { button, facts, field } from "./parts.js";
import { get, remove } from "./rest.js";

const EVERY = 5000;

/** The clients of all nodes: search, details, disconnect. */
export function clients(view, page, signal, given) {
  const fields = [
    field("Part of the UID", { name: "uid", type: "search", value: given.get("uid") ?? "" }),
    field("Node", { name: "node", value: given.get("node") ?? "" }),
    field("Address begins with", { name: "address" }),
    element(
      "label",
      {},
      "Transport",
      element(
        "select",
        { class: "field", name: "transport" },
        element("option", { value: "" }, "any"),
        element("option", { value: "websocket" }, "WebSocket"),
        element("option", { value: "raw" }, "raw"),
      ),
    ),
    field("Subscribes to", { name: "topic", value: given.get("topic") ?? "" }),
  ];
  const columns = [
    {
      label: "UID",
      sort: "uid",
      value: (client) =>
        element(
          "button",
          { type: "button", class: "link", onclick: () => details(client.etid, page, list.load) },
          client.uid,
        ),
    },
    { label: "Node", sort: "node", value: (client) => client.node },
    { label: "Transport", sort: "transport", value: (client) => client.transport },
    { label: "Address", sort: "address", value: (client) => client.address },
    { label: "Connected", sort: "connected", value: (client) => dateTime(client.connected) },
    { label: "ETID", sort: "etid", number: true, value: (client) => client.etid },
    { label: "Info", value: (client) => client.info },
  ];
  const list = listing(page, signal, {
    title: "Clients",
    path: "clients",
    sort: "uid",
    interval: EVERY,
    fields,
    columns,
  });
  view.append(element("h1", {}, "Clients"), ...list.elements);
}

/** Shows all of one client. */
async function details(etid, page, changed) {
  let client;
  try {
    client = await get("clients/" + etid);
  } catch (problem) {
    page.failed(problem);
    return;
  }
  const list = (items, text, total = items.length) => {
    const shown = items.map((item) => element("li", {}, text(item)));
    const more = total - items.length;
    if (more > 0) shown.push(element("li", {}, `${whole(more)} more`));
    return shown.length ? element("ul", {}, ...shown) : "none";
  };
  const reason = element("input", { class: "field", value: "closed by an administrator" });
  const close = async () => {
    const query = { reason: reason.value };
    if (await page.act(() => remove("clients/" + etid, query), client.uid + " is closed.")) {
      page.dialog.close();
      changed();
    }
  };
  page.dialog.replaceChildren(
    element("h2", { id: "dialog-title" }, client.uid),
    facts([
      ["Node", client.node],
      ["ETID", client.etid],
      ["Address", `${client.address}, port ${client.port}`],
      ["Transport", client.transport + (client.secure ? ", encrypted" : "")],
      ["User", client.user ?? "none"],
      ["Connected", dateTime(client.connected)],
      ["Info", client.info || "none"],
      ["From it", `${whole(client.counters.packetsIn)} packets, ${bytes(client.counters.bytesIn)}`],
      ["To it", `${whole(client.counters.packetsOut)} packets, ${bytes(client.counters.bytesOut)}`],
      [
        "Outbox",
        `${bytes(client.outbox.bytes)} of ${bytes(client.outbox.limit)}, ${whole(client.outbox.dropped)} dropped`,
      ],
    ]),
    element("h3", {}, "Subscribes to"),
    list(client.subscriptions, (topic) => topic.topic ?? topic.id, client.subscriptionsTotal),
    element("h3", {}, "Observes"),
    list(client.observations, (id) => id.topic ?? "client " + id.id, client.observationsTotal),
    element("h3", {}, "What happened"),
    list(client.events.reverse(), (event) => `${time(event.time)} ${event.type} ${event.detail ?? ""}`),
    page.session.operator ? element("label", {}, "Why it is closed", reason) : "",
    element(
      "div",
      { class: "actions" },
      page.session.operator ? button("Disconnect", close, "danger") : null,
      page.session.operator
        ? button("Trace", () => {
            page.dialog.close();
            location.hash = "trace?" + new URLSearchParams({ uid: client.uid });
          })
        : null,
      button("Close", () => page.dialog.close()),
    ),
  );
  page.dialog.showModal();
}
