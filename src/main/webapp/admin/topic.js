import { element } from "../shared/dom.js";
import { rate, whole } from "./format.js";
import { Packets } from "./packets.js";
import { every, facts, keepingFocus } from "./parts.js";
import { get } from "./rest.js";
import { route } from "./route.js";
import { publisher } from "./topics.js";

const EVERY = 2000;
const WATCHED = 600;
const VALUES = 20;

/** One topic: its subscribers on each node, its rate, and its messages while they are watched. */
export function topic(view, page, signal, query) {
  const name = query.get("name") ?? "";
  const body = element("div", { class: "parts", tabindex: "-1" });
  view.append(
    element("p", {}, element("a", { href: "#topics" }, "All topics")),
    element("h1", {}, name),
    body,
  );
  if (page.session.operator) {
    const packets = new Packets(signal, "What is published to this topic appears here while it is watched.");
    view.append(
      element("h2", {}, "Messages"),
      element("p", { class: "soft" }, "Messages are shown while they are watched; none is kept. At most 100 a second of each node."),
      packets.controls("Watch", () => packets.start({ topic: name }, WATCHED)),
      packets.root,
      publisher(page, name),
    );
  }
  every(EVERY, page, signal, async () => {
    const [found] = (await get("topics", { name, exact: true })).items;
    const values = found && page.session.operator ? (await get("topics/" + found.tid + "/values")).items : [];
    if (!signal.aborted) keepingFocus(body, () => show(found, values));
  });

  function show(found, values) {
    if (!found) {
      body.replaceChildren(
        element("p", { class: "soft" }, "No node knows this topic. It is shown here as soon as a client asks for its id."),
      );
      return;
    }
    const by = Object.entries(found.subscribers);
    const total = by.reduce((sum, [, count]) => sum + count, 0);
    body.replaceChildren(
      element(
        "section",
        { class: "card", "aria-label": "Facts" },
        facts([
          ["TID", found.tid],
          ["Rate", rate(found.rate)],
          ["Messages", whole(found.messages) + " since the nodes started"],
          [
            "Subscribers",
            total === 0
              ? "none"
              : element("a", { href: route("clients", { topic: name }), "data-focus": "who" }, whole(total) + " in all"),
          ],
          ...by.map(([node, count]) => [
            "on " + node,
            element("a", { href: route("clients", { topic: name, node }), "data-focus": "on " + node }, whole(count)),
          ]),
          ...values.slice(0, VALUES).map((value) => ["Last value" + (value.subtopic && " of " + value.subtopic), value.text]),
        ]),
      ),
    );
  }
}
