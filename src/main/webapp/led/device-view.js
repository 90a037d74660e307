import { ago, element, setText } from "../shared/dom.js";
import { Chart, degrees, fahrenheit } from "./chart.js";

/** The right pane: the selected device with its LED switches and its temperature. */
export class DeviceView {
  #parts;
  #device = null;
  #gone = false;
  #open = false;
  #rows = new Map();
  #chart;
  #onswitch;

  /** onswitch(device, led, on) is called when the visitor wants an LED on or off. */
  constructor(parts, onswitch) {
    this.#parts = parts;
    this.#onswitch = onswitch;
    this.#chart = new Chart(parts);
    setInterval(() => this.#tick(), 1000);
  }

  show(device) {
    this.#device = device;
    this.#gone = false;
    this.#parts.intro.hidden = true;
    this.#parts.pane.hidden = false;
    this.#rows.clear();
    this.update();
  }

  /** No device: says what the page is for. */
  clear() {
    this.#device = null;
    this.#parts.intro.hidden = false;
    this.#parts.pane.hidden = true;
  }

  /** The device that is shown went; the pane stays and says so until the device is back. */
  markGone() {
    this.#gone = true;
    this.update();
  }

  setOpen(open) {
    this.#open = open;
    if (this.#device) this.update();
  }

  get device() {
    return this.#device;
  }

  update() {
    const { name, address, note, leds, noLeds } = this.#parts;
    const device = this.#device;
    setText(name, device.name);
    setText(address, device.address);
    note.hidden = !this.#gone;
    setText(note, `${device.name} is not connected now. When it is back, it is shown here again.`);
    const rows = device.leds.map((led) => this.#row(led));
    if (rows.length !== leds.children.length || rows.some((row, i) => leds.children[i] !== row)) {
      leds.replaceChildren(...rows);
    }
    noLeds.hidden = rows.length > 0;
    device.leds.forEach((led) => this.led(led));
    this.temperature();
    this.#tick();
  }

  led(led) {
    const row = this.#rows.get(led.id);
    if (!row) return;
    row.item.dataset.state = led.state;
    row.lamp.dataset.on = led.on;
    row.lamp.dataset.color = led.color;
    row.toggle.setAttribute("aria-checked", String(led.on));
    row.toggle.disabled = this.#gone || !this.#open;
    setText(row.name, led.name);
    setText(row.note, describe(led));
  }

  temperature() {
    const { temperature, celsius, fahrenheitText } = this.#parts;
    const { samples, temperature: tenths } = this.#device;
    temperature.hidden = tenths === null || !samples.length;
    if (temperature.hidden) return;
    setText(celsius, degrees(tenths));
    setText(fahrenheitText, fahrenheit(tenths));
    this.#chart.draw(samples);
  }

  #row(led) {
    const known = this.#rows.get(led.id);
    if (known) return known.item;
    const row = {
      lamp: element("span", { class: "lamp", "aria-hidden": "true" }),
      name: element("span", { class: "led-name", id: `led-${led.id}-name` }),
      note: element("span", { class: "led-note small", id: `led-${led.id}-note` }),
      toggle: element("button", {
        type: "button",
        class: "switch",
        role: "switch",
        "data-led": led.id,
        "aria-labelledby": `led-${led.id}-name`,
        "aria-describedby": `led-${led.id}-note`,
        onclick: () => this.#switch(led.id),
      }),
    };
    row.item = element("li", { class: "led" }, row.lamp, row.name, row.note, row.toggle);
    this.#rows.set(led.id, row);
    return row.item;
  }

  #switch(id) {
    const led = this.#device.leds.find((one) => one.id === id);
    const now = led.state === "asked" ? led.wanted : led.on;
    this.#onswitch(this.#device, led, !now);
  }

  #tick() {
    const device = this.#device;
    if (!device) return;
    const { state, seen } = this.#parts;
    state.dataset.state = this.#gone ? "bad" : this.#open ? "good" : "warn";
    const where = device.node ? " on " + device.node : "";
    setText(state, this.#gone ? "offline" : "online" + where);
    setText(seen, "last seen " + ago(device.lastSeen));
    if (device.samples.length && !this.#gone) this.#chart.draw(device.samples);
  }
}

/** How an LED stands, in words. */
function describe(led) {
  const is = led.on ? "on" : "off";
  switch (led.state) {
    case "asked":
      return `asked to go ${led.wanted ? "on" : "off"} …`;
    case "confirmed":
      return led.took === null
        ? `${is}, reported by the device`
        : `${is}, confirmed by the device in ${Math.max(1, Math.round(led.took))} ms`;
    case "unanswered":
      return `no answer from the device, still ${is}`;
    default:
      return is;
  }
}
