import { element, setText } from "../shared/dom.js";
import { time, whole, zone } from "./format.js";
import { Live } from "./live.js";
import { Log } from "./log.js";
import { button } from "./parts.js";
import { checkLogin, remove } from "./rest.js";

/** The packets of a client or the messages of a topic, decoded, while they are traced. */
export class Packets {
  #live = new Live();
  #log;
  #state = element("span", { class: "chip", role: "status" }, "not running");
  #until = 0;
  #target = null;
  #id = null;

  /** @param {AbortSignal} signal ends it */
  constructor(signal, empty) {
    this.#log = new Log("Packets", [`Time (${zone()})`, "Node", "Client", "Packet", "Fields"], empty);
    this.root = this.#log.root;
    this.root.classList.add("packets");
    signal.addEventListener("abort", () => {
      this.#target = null;
      this.#end();
    });
  }

  /** State and buttons; start is what a button of this label does, if there is one. */
  controls(label, start) {
    return element(
      "div",
      { class: "pages" },
      this.#state,
      label ? button(label, start, { kind: "primary" }) : null,
      button("Stop", () => this.#stop("stopped")),
      button("Clear", () => this.#log.clear()),
    );
  }

  /** Starts it, in place of the one before; target is {uid} or {topic}. */
  start(target, seconds) {
    this.#end();
    this.#until = Date.now() + seconds * 1000;
    this.#target = target;
    this.#open();
  }

  #open() {
    this.#say("starting", "warn");
    this.#live.open(
      "trace",
      () => {
        const left = Math.ceil((this.#until - Date.now()) / 1000);
        if (left > 0) return { ...this.#target, seconds: left };
        this.#stop("The time is over.");
        return null;
      },
      ["started", "packet", "skipped", "end"],
      (name, data, id) => {
        this.#id = id;
        this.#heard(name, data);
      },
      (open) => open || this.#say("connecting again", "warn"),
    );
  }

  /** Closes the stream, and frees its place on the nodes at once. */
  #end() {
    this.#live.close();
    if (this.#id) remove("trace/" + this.#id).catch(() => {});
    this.#id = null;
  }

  #stop(why) {
    this.#end();
    this.#say(why, "");
  }

  /** The node has ended it; where the login was over, it goes on after the next one. */
  async #ended(why) {
    this.#stop(why);
    const target = this.#target;
    const goesOn = await checkLogin().catch(() => false);
    if (goesOn && target && target === this.#target) this.#open();
  }

  #say(text, state) {
    setText(this.#state, text);
    this.#state.dataset.state = state;
  }

  #heard(name, data) {
    if (name === "started") this.#say("running", "good");
    else if (name === "end") this.#ended(data.reason);
    else if (name === "skipped") this.#log.add(["", "", "", "Too many", whole(data.count) + " packets are not shown"]);
    else {
      const fields = Object.entries(data.fields).map(([key, value]) => key + "=" + value);
      this.#log.add([
        time(data.time),
        data.node,
        (data.direction === "in" ? "from " : "to ") + data.etid,
        data.type,
        fields.join("  "),
      ]);
    }
  }
}
