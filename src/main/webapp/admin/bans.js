import { element } from "../shared/dom.js";
import { ask } from "./ask.js";
import { dateTime } from "./format.js";
import { listing } from "./listing.js";
import { button, choice, field } from "./parts.js";
import { put, remove, withQuery } from "./rest.js";

const EVERY = 5000;
const KINDS = [["uid", "UID"], ["user", "user"], ["address", "IP address"]];
const HOUR = 3600;
const TIMES = [
  [HOUR, "an hour"],
  [24 * HOUR, "a day"],
  [7 * 24 * HOUR, "a week"],
  ["", "good"],
];

/** Clients that may not connect to any node. */
export function bans(view, page, signal, query) {
  const { operator } = page.session;
  const list = listing(page, signal, query, {
    view: "bans",
    title: "Bans",
    path: "bans",
    interval: EVERY,
    key: (ban) => ban.kind + " " + ban.value,
    fields: [],
    columns: [
      { label: "Banned", value: (ban) => Object.fromEntries(KINDS)[ban.kind] },
      { label: "Which", long: true, value: (ban) => ban.value },
      { label: "Until", value: (ban) => (ban.until ? dateTime(ban.until) : "for good") },
      { label: "Reason", long: true, value: (ban) => ban.reason },
      { label: "Since", value: (ban) => dateTime(ban.since) },
      { label: "By", value: (ban) => ban.by },
      operator ? { label: "", value: (ban) => end(ban) } : null,
    ].filter(Boolean),
    actions: operator
      ? element("div", { class: "actions bulk" }, button("Ban …", () => askToBan(page).then(list.load)))
      : null,
    empty: "No client is banned. A ban keeps clients with a UID, a user or an IP address away from all nodes.",
  });
  view.append(element("h1", {}, "Bans"), ...list.elements);
  return list.update;

  function end({ kind, value }) {
    const label = "End the ban of " + value;
    const action = () => page.act(() => remove("bans", { kind, value }), value + " may connect again.");
    return button("End", () => action().then(list.load), { key: label, "aria-label": label });
  }
}

/** Asks for a ban; kind and value are what is known of it. */
export function askToBan(page, { kind = "uid", value = "" } = {}) {
  const given = (name) => page.dialog.querySelector(`[name=${name}]`).value;
  return ask(page, {
    title: "Ban clients",
    text: ["They may not connect to any node, and those that are connected are closed."],
    no: "Ban none",
    yes: "Ban",
    fields: [
      choice("By", { name: "kind" }, KINDS, kind),
      field("Which: the UID as it is shown, the user's name, or the address", { name: "value", value, required: true, maxlength: 1024 }),
      choice("For", { name: "seconds" }, TIMES, HOUR),
      field("Reason, which they are told", { name: "reason", maxlength: 200 }),
    ],
    action: async () => {
      const which = { kind: given("kind"), value: given("value") };
      const seconds = given("seconds");
      await put(withQuery("bans", which), { seconds: seconds ? Number(seconds) : null, reason: given("reason") });
      return which.value + " is banned.";
    },
  });
}
