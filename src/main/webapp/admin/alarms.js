import { element } from "../shared/dom.js";
import { dateTime, tenths } from "./format.js";
import { chip, every, keepingFocus } from "./parts.js";
import { get } from "./rest.js";
import { Table } from "./table.js";

const EVERY = 5000;
const STATES = { critical: "bad", warning: "warn" };

/** What needs an operator now. */
export function alarms(view, page, signal) {
  view.append(
    element("h1", {}, "Alarms"),
    element("p", { class: "soft" }, "The rules of alerts.yml that are true now, as the nodes judge them; Prometheus waits some minutes before it tells."),
    alarmList(page, signal, element("p", { class: "empty" }, "No alarm. A node that is overloaded, drops messages or loses sight of others is shown here.")),
  );
}

/** The alarms in a card; without one, what is to be shown instead. */
export function alarmList(page, signal, instead = null) {
  const table = new Table(
    "Alarms",
    [
      { label: "Severity", value: ({ severity }) => chip(severity, STATES[severity]) },
      { label: "Node", value: (alarm) => alarm.node },
      { label: "What", long: true, value: (alarm) => alarm.summary },
      { label: "Value", number: true, value: (alarm) => tenths(alarm.value) },
      { label: "Since", value: (alarm) => dateTime(alarm.since) },
      { label: "Rule", value: (alarm) => alarm.alert },
    ],
    (alarm) => [alarm.alert, alarm.node, alarm.label].join(" "),
  );
  const root = element("section", { class: "card", tabindex: "-1", "aria-label": "Alarms", hidden: true }, table.root, instead);
  every(EVERY, page, signal, async () => {
    const { items } = await get("alarms");
    if (signal.aborted) return;
    keepingFocus(root, () => table.show(items));
    table.root.hidden = items.length === 0;
    if (instead) instead.hidden = items.length > 0;
    root.hidden = items.length === 0 && !instead;
  });
  return root;
}
