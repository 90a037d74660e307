import { element, setText } from "../shared/dom.js";
import { ask } from "./ask.js";
import { dateTime, rate, whole } from "./format.js";
import { listing } from "./listing.js";
import { button, clientLink, field } from "./parts.js";
import { post, remove } from "./rest.js";

const EVERY = 5000;
const AT_A_TIME = 200;
const WHY = "closed by an administrator";

/** The clients of all nodes: search, and disconnect some or all that are found. */
export function clients(view, page, signal, query) {
  const chosen = new Map();
  const { operator } = page.session;
  let last = { total: 0, items: [] };

  const all = element("input", {
    type: "checkbox",
    "aria-label": "All of this page",
    "data-focus": "all",
    onchange: () => choose(last.items, all.checked),
  });
  const box = (client) => {
    const made = element("input", {
      type: "checkbox",
      "aria-label": "Choose " + client.uid,
      "data-focus": "choose " + client.etid,
      onchange: (event) => choose([client], event.target.checked),
    });
    made.checked = chosen.has(client.etid);
    return made;
  };
  const columns = [
    operator ? { label: all, value: box, box: true } : null,
    {
      label: "UID",
      sort: "uid",
      long: true,
      value: clientLink,
    },
    { label: "Node", sort: "node", value: (client) => client.node },
    { label: "State", sort: "state", value: (client) => client.state },
    { label: "Transport", sort: "transport", value: (client) => client.transport },
    { label: "Address", sort: "address", value: (client) => client.address },
    { label: "Connected", sort: "connected", value: (client) => dateTime(client.connected) },
    { label: "Subscriptions", number: true, value: ({ load }) => (load ? whole(load.subscriptions) : "") },
    { label: "In", number: true, value: ({ load }) => (load ? rate(load.packetsIn) : "") },
    { label: "Out", number: true, value: ({ load }) => (load ? rate(load.packetsOut) : "") },
    { label: "ETID", sort: "etid", number: true, wide: true, value: (client) => client.etid },
    { label: "Info", long: true, value: (client) => client.info },
  ].filter(Boolean);

  const some = button("", () => disconnect([...chosen.values()]), { kind: "danger", key: "some", hidden: true });
  const found = button("", () => disconnectFound(), { kind: "danger", key: "found", hidden: true });
  const bar = operator ? element("div", { class: "actions bulk" }, some, found) : null;
  const list = listing(page, signal, query, {
    view: "clients",
    title: "Clients",
    path: "clients",
    interval: EVERY,
    key: (client) => client.etid,
    fields: [
      { name: "uid", label: "Part of the UID" },
      { name: "node", label: "Node" },
      { name: "address", label: "Address begins with" },
      {
        name: "transport",
        label: "Transport",
        options: [["", "any"], ["websocket", "WebSocket"], ["raw", "raw"]],
      },
      {
        name: "state",
        label: "State",
        options: [["", "any"], ["connected", "connected"], ["parked", "parked"], ["orphaned", "orphaned"]],
      },
      { name: "topic", label: "Subscribes to" },
    ],
    columns,
    actions: bar,
    empty: "No client is connected. Devices, pages and programs appear here as soon as they connect to any node.",
    shown(answer) {
      last = answer;
      const here = new Set(answer.items.map(({ etid }) => etid));
      for (const etid of chosen.keys()) if (!here.has(etid)) chosen.delete(etid);
      showChosen();
    },
  });
  view.append(element("h1", {}, "Clients"), ...list.elements);
  return list.update;

  function choose(clients, on) {
    for (const client of clients) {
      if (on) chosen.set(client.etid, client);
      else chosen.delete(client.etid);
      const row = view.querySelector(`[data-focus="choose ${client.etid}"]`);
      if (row) row.checked = on;
    }
    showChosen();
  }

  function showChosen() {
    all.checked = last.items.length > 0 && chosen.size === last.items.length;
    all.indeterminate = chosen.size > 0 && !all.checked;
    setText(some, `Disconnect ${whole(chosen.size)} chosen …`);
    some.hidden = chosen.size === 0;
    setText(found, `Disconnect all ${whole(last.total)} found …`);
    found.hidden = !(all.checked && last.total > last.items.length);
  }

  function disconnect(clients) {
    const names = clients.slice(0, 5).map(({ uid }) => uid);
    if (clients.length > names.length) names.push(`and ${whole(clients.length - names.length)} more`);
    askToDisconnect(clients.length, names.join(", "), () => clients);
  }

  function disconnectFound() {
    const searched = Object.entries(list.filter()).filter(([, text]) => text !== "");
    const what = searched.map(([name, text]) => `${name}: ${text}`).join(", ") || "all clients of the cluster";
    askToDisconnect(last.total, what, list.found);
  }

  async function askToDisconnect(count, names, which) {
    const reason = field("Reason, which they are told", { value: WHY });
    const many = count === 1 ? "1 client" : whole(count) + " clients";
    const done = await ask(page, {
      title: `Disconnect ${many}?`,
      text: [names, "Most clients connect again by themselves; a ban keeps them out."],
      no: "Leave them connected",
      yes: "Disconnect " + many,
      fields: [reason],
      action: async (tell, signal) => {
        const etids = (await which()).map(({ etid }) => etid);
        const why = reason.querySelector("input").value;
        let said = "";
        let closed = 0;
        let gone = 0;
        for (let i = 0; i < etids.length && !signal.aborted; i += AT_A_TIME) {
          const part = { etids: etids.slice(i, i + AT_A_TIME), reason: why };
          const answer = await post("clients/disconnect", part);
          closed += answer.closed;
          gone += answer.gone;
          said = `${whole(closed)} of ${whole(etids.length)} are disconnected`;
          said += gone ? `, ${whole(gone)} were gone before.` : ".";
          tell(said);
        }
        return said;
      },
    });
    if (done) choose([...chosen.values()], false);
    list.load();
  }
}

/** Asks before one client is disconnected. */
export function askToClose(page, { etid, uid }) {
  const reason = field("Reason, which it is told", { value: WHY });
  return ask(page, {
    title: `Disconnect ${uid}?`,
    text: ["Most clients connect again by themselves; a ban keeps them out."],
    no: "Leave it connected",
    yes: "Disconnect",
    fields: [reason],
    action: async () => {
      await remove("clients/" + etid, { reason: reason.querySelector("input").value });
      return uid + " is closed.";
    },
  });
}
