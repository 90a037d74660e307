import { element } from "../shared/dom.js";
import { Packets } from "./packets.js";
import { field } from "./parts.js";

/** The packets of one client or topic, decoded, for a while. */
export function trace(view, page, signal, given) {
  view.append(element("h1", {}, "Trace"));
  if (!page.session.operator) {
    view.append(element("p", {}, "Packets hold what clients say to each other: for operators only."));
    return;
  }
  const packets = new Packets(signal, "Packets appear here while a trace runs.");
  const form = element(
    "form",
    { class: "card filters", "aria-label": "Trace" },
    field("UID of a client", { name: "uid", value: given.get("uid") ?? "" }),
    field("or topic", { name: "topic", value: given.get("topic") ?? "" }),
    field("Seconds", { name: "seconds", type: "number", min: 1, max: 600, value: 60, required: true }),
    element("button", { class: "button primary" }, "Start"),
  );
  view.append(
    element("p", { class: "soft" }, "At most 100 packets a second of each node are shown. A client is followed when it connects to another node."),
    form,
    packets.controls(),
    packets.root,
  );

  function start() {
    const { uid, topic, seconds } = Object.fromEntries(new FormData(form));
    if ((uid === "") === (topic === "")) {
      page.failed(new Error("Give either a UID or a topic."), form);
      return;
    }
    page.worked(form);
    packets.start(uid ? { uid } : { topic }, seconds);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start();
  });
  if (given.get("uid") || given.get("topic")) start();
}
