import { element, setText } from "/shared/dom.js";
import { time, whole } from "./format.js";
import { button, field } from "./parts.js";
import { stream } from "./rest.js";

const MOST = 500;
const LABELS = ["Time", "Node", "Client", "Packet", "Fields"];

/** The packets of one client or topic, decoded, for a while. */
export function trace(view, page, signal, given) {
  view.append(element("h1", {}, "Trace"));
  if (!page.session.operator) {
    view.append(element("p", {}, "Packets hold what clients say to each other: for operators only."));
    return;
  }
  const body = element("tbody");
  const state = element("span", { class: "chip" }, "not running");
  const form = element(
    "form",
    { class: "card filters", "aria-label": "Trace" },
    field("UID of a client", { name: "uid", value: given.get("uid") ?? "" }),
    field("or topic", { name: "topic", value: given.get("topic") ?? "" }),
    field("Seconds", { name: "seconds", type: "number", min: 1, max: 600, value: 60 }),
    element("button", { class: "button primary" }, "Start"),
  );
  let end = () => {};
  const stop = (why) => {
    end();
    setText(state, why);
    state.dataset.state = "";
  };
  view.append(
    element("p", { class: "soft" }, "At most 100 packets a second of each node are shown. A client is followed when it connects to another node."),
    form,
    element("div", { class: "pages" }, state, button("Stop", () => stop("stopped")), button("Clear", () => body.replaceChildren())),
    element(
      "div",
      { class: "card scroll", tabindex: "0", role: "log", "aria-label": "Packets" },
      element(
        "table",
        { class: "table log" },
        element("thead", {}, element("tr", {}, ...LABELS.map((label) => element("th", { scope: "col" }, label)))),
        body,
      ),
    ),
  );

  function add(cells) {
    body.prepend(
      element("tr", {}, ...cells.map((text, i) =>
        element("td", { "data-label": LABELS[i], class: i === 4 ? "packet-fields" : null }, element("span", {}, text)))),
    );
    while (body.rows.length > MOST) body.lastElementChild.remove();
  }

  function start() {
    const { uid, topic, seconds } = Object.fromEntries(new FormData(form));
    if ((uid === "") === (topic === "")) {
      page.failed(new Error("Give either a UID or a topic."));
      return;
    }
    page.worked();
    end();
    const query = uid ? { uid, seconds } : { topic, seconds };
    setText(state, "starting");
    end = stream(
      "trace",
      query,
      ["started", "packet", "skipped", "end"],
      (name, data) => {
        if (name === "started") {
          setText(state, "running");
          state.dataset.state = "good";
        } else if (name === "end") {
          stop(data.reason);
        } else if (name === "skipped") {
          add(["", "", "", "Too many", whole(data.count) + " packets are not shown"]);
        } else {
          const fields = Object.entries(data.fields).map(([key, value]) => key + "=" + value);
          add([
            time(data.time),
            data.node,
            (data.direction === "in" ? "from " : "to ") + data.etid,
            data.type,
            fields.join("  "),
          ]);
        }
      },
      (open) => {
        if (!open) stop("ended");
      },
    );
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start();
  });
  signal.addEventListener("abort", () => end());
  if (given.get("uid") || given.get("topic")) start();
}
