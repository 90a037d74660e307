import { ago, element, gathered, setText } from "../shared/dom.js";

const SEARCH_FROM = 10;
const LAMPS = 8;
const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

function compare(a, b) {
  return order.compare(a.name, b.name) || order.compare(a.address, b.address) || a.etid - b.etid;
}

/** The left pane: one entry a device, in the order of names, with a search from ten devices on. */
export class ListView {
  #list;
  #search;
  #count;
  #empty;
  #goneList;
  #more;
  #entries = new Map();
  #sorted = [];
  #selected = null;
  #summarise = gathered(() => this.#summary(), 60);

  /** onselect(device) is called on a click, onsearch(text) when devices are searched for. */
  constructor({ list, search, count, empty, more, goneList }, devices, onselect, onsearch) {
    this.#list = list;
    this.#search = search;
    this.#count = count;
    this.#empty = empty;
    this.#more = more;
    this.#goneList = goneList;
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-device]");
      const device = button && devices.get(Number(button.dataset.device));
      if (device) onselect(device);
    });
    list.addEventListener("keydown", (event) => this.#arrows(event));
    search.addEventListener("input", () => {
      this.#filter();
      onsearch(search.value.trim());
    });
  }

  add(device) {
    const entry = this.#make(device);
    this.#entries.set(device.etid, entry);
    this.#insert(device, entry);
    this.#fill(entry, device);
    this.#summarise();
  }

  update(device) {
    const entry = this.#entries.get(device.etid);
    if (!entry) return;
    if (entry.key !== device.name + "\n" + device.address) {
      this.#sorted.splice(this.#sorted.indexOf(device), 1);
      this.#insert(device, entry);
    }
    this.#fill(entry, device);
  }

  led(device, led) {
    const lamp = this.#entries.get(device.etid)?.lamps.children[device.leds.indexOf(led)];
    if (lamp) lamp.dataset.on = led.on;
  }

  remove(device) {
    this.#entries.get(device.etid)?.item.remove();
    this.#entries.delete(device.etid);
    const at = this.#sorted.indexOf(device);
    if (at >= 0) this.#sorted.splice(at, 1);
    this.#summarise();
  }

  select(device) {
    this.#entries.get(this.#selected)?.button.removeAttribute("aria-current");
    this.#selected = device?.etid ?? null;
    this.#entries.get(this.#selected)?.button.setAttribute("aria-current", "true");
  }

  /** The first device in the list's order. */
  get first() {
    return this.#sorted[0] ?? null;
  }

  /** Says how many devices are online that the list does not have, and if there is none at all. */
  showMore(count) {
    this.#summarise();
    this.#more.hidden = count === 0;
    setText(
      this.#more,
      `${count} more ${count === 1 ? "device is" : "devices are"} online. Search to find them.`,
    );
  }

  showGone(devices) {
    this.#goneList.parentElement.hidden = devices.length === 0;
    this.#goneList.replaceChildren(
      ...devices.map((device) =>
        element(
          "li",
          {},
          element("span", { class: "entry-name" }, device.name),
          element(
            "span",
            { class: "small soft" },
            [device.node && "was on " + device.node, "last seen " + ago(device.lastSeen)]
              .filter(Boolean)
              .join(" · "),
          ),
        ),
      ),
    );
  }

  #make(device) {
    const parts = {
      name: element("span", { class: "entry-name" }),
      address: element("span", { class: "entry-address small soft" }),
      node: element("span", { class: "entry-node small soft" }),
      lamps: element("span", { class: "lamps", "aria-hidden": "true" }),
    };
    const button = element(
      "button",
      { type: "button", class: "entry", "data-device": device.etid },
      parts.name,
      parts.lamps,
      parts.address,
      parts.node,
    );
    return { ...parts, button, item: element("li", {}, button) };
  }

  #fill(entry, device) {
    setText(entry.name, device.name);
    setText(entry.address, device.address || "no address");
    setText(entry.node, device.node ?? "");
    const leds = device.leds.slice(0, LAMPS);
    while (entry.lamps.children.length > leds.length) entry.lamps.lastChild.remove();
    leds.forEach((led, i) => {
      const lamp = entry.lamps.children[i] ?? entry.lamps.appendChild(element("i"));
      lamp.dataset.color = led.color;
      lamp.dataset.on = led.on;
    });
    entry.item.hidden = !this.#matches(device);
  }

  /** Puts the entry where its name belongs; the list stays sorted without sorting it anew. */
  #insert(device, entry) {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#sorted[middle], device) < 0) low = middle + 1;
      else high = middle;
    }
    entry.key = device.name + "\n" + device.address;
    this.#sorted.splice(low, 0, device);
    const next = this.#sorted[low + 1];
    this.#list.insertBefore(entry.item, next ? this.#entries.get(next.etid).item : null);
  }

  #matches(device) {
    const wanted = this.#search.hidden ? "" : this.#search.value.trim().toLowerCase();
    return `${device.name} ${device.address} ${device.node ?? ""}`.toLowerCase().includes(wanted);
  }

  #filter() {
    for (const device of this.#sorted) {
      this.#entries.get(device.etid).item.hidden = !this.#matches(device);
    }
    this.#summary();
  }

  #summary() {
    const all = this.#sorted.length;
    this.#search.hidden = all < SEARCH_FROM && !this.#search.value;
    const shown = this.#sorted.filter((device) => this.#matches(device)).length;
    setText(this.#count, shown === all ? String(all) : `${shown} of ${all}`);
    this.#empty.hidden = shown > 0;
    setText(this.#empty, all ? "No device fits the search." : "No device is online.");
  }

  #arrows(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const buttons = [...this.#list.querySelectorAll("li:not([hidden]) > [data-device]")];
    const at = buttons.indexOf(document.activeElement);
    const next = buttons[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  }
}
