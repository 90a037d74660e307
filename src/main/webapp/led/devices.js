/**
 * The devices that the page knows: learnt from the REST list, from what devices announce and from
 * what they report. Whatever a device says is checked here; the views get clean values.
 */

const NO_ANSWER_AFTER = 3000;
const SAMPLES = 300;
const SAMPLE_SPAN = 5 * 60 * 1000;
const SAMPLE_EVERY = 1000;
const GONE_KEPT = 20;
const LEDS = 64;
/** Devices that the page takes as they come: the browser and its observations have bounds. */
const MOST = 600;
/** Further ones, that the visitor has searched for. */
const SEARCHED = 250;
const COLORS = ["red", "yellow", "green", "blue"];

export class Devices {
  /** etid -> device */
  #online = new Map();
  #gone = [];
  #listener;

  /**
   * listener: added(device), changed(device), led(device, led), temperature(device),
   * removed(device), gone(list of devices that went).
   */
  constructor(listener) {
    this.#listener = listener;
  }

  get size() {
    return this.#online.size;
  }

  /** Whether further devices appear only when they are searched for. */
  get full() {
    return this.#online.size >= MOST;
  }

  get gone() {
    return this.#gone;
  }

  get(etid) {
    return this.#online.get(etid);
  }

  [Symbol.iterator]() {
    return this.#online.values();
  }

  /** The device with that key or, where keys are not known, that name. */
  find(key) {
    let named = null;
    for (const device of this.#online.values()) {
      if (device.key === key) return device;
      if (device.name === key) named ??= device;
    }
    return named;
  }

  /** An entry of GET /api/led/devices, and whether the visitor has searched for it. */
  listed(entry, searched = false) {
    if (!entry.online) {
      this.#wentEarlier(entry);
      return;
    }
    const known = this.#online.get(entry.etid);
    if (known) {
      known.key = entry.key;
      known.node = entry.node;
      this.#listener.changed(known);
      return;
    }
    const device = this.announced(entry.etid, entry, entry.key, searched);
    if (!device) return;
    device.node = entry.node;
    device.lastSeen = Date.parse(entry.lastSeen) || device.lastSeen;
    this.#listener.changed(device);
  }

  /** A device connects: at which node, only the list can tell. */
  connected(etid) {
    const device = this.#online.get(etid);
    if (device) device.node = null;
  }

  /**
   * A device's devinfo, with its key where the node told it; answers the device, or nothing when
   * the announcement makes no sense or there are too many devices.
   */
  announced(etid, info, key = null, searched = false) {
    if (!info || typeof info !== "object") return null;
    const known = this.#online.get(etid);
    if (!known && this.size >= (searched ? MOST + SEARCHED : MOST)) return null;
    const device = known ?? this.#returned(etid, info, key);
    device.name = text(info.devname) || "Unnamed device";
    device.address = text(info.ipaddr);
    device.leds = leds(info.leds, device.leds);
    device.lastSeen = Date.now();
    if (known) {
      this.#listener.changed(device);
    } else {
      this.#online.set(etid, device);
      this.#forgetGone((gone) => gone.key === device.key && gone.name === device.name);
      this.#listener.added(device);
    }
    if (Number.isFinite(info.temp)) this.#measured(device, info.temp);
    return device;
  }

  /** A device reports an LED. False when the device is not known. */
  reported(etid, id, on) {
    const device = this.#online.get(etid);
    if (!device) return false;
    device.lastSeen = Date.now();
    const led = device.leds.find((one) => one.id === id);
    if (!led) return true;
    led.on = on;
    led.took = led.state === "asked" ? performance.now() - led.askedAt : null;
    led.state = "confirmed";
    clearTimeout(led.timer);
    this.#listener.led(device, led);
    return true;
  }

  /** A device reports its temperature, in tenths of a degree Celsius. */
  temperature(etid, tenths) {
    const device = this.#online.get(etid);
    if (!device) return false;
    device.lastSeen = Date.now();
    this.#measured(device, tenths);
    return true;
  }

  /** Notes that the page asked for a state; without a report in time it becomes "unanswered". */
  asked(device, led, on) {
    led.state = "asked";
    led.wanted = on;
    led.askedAt = performance.now();
    clearTimeout(led.timer);
    led.timer = setTimeout(() => {
      led.state = "unanswered";
      this.#listener.led(device, led);
    }, NO_ANSWER_AFTER);
    this.#listener.led(device, led);
  }

  /** The broker says that the device is gone. */
  removed(etid) {
    const device = this.#online.get(etid);
    if (!device) return;
    this.#online.delete(etid);
    device.leds.forEach((led) => clearTimeout(led.timer));
    this.#gone.unshift(device);
    this.#gone.length = Math.min(this.#gone.length, GONE_KEPT);
    this.#listener.removed(device);
    this.#listener.gone(this.#gone);
  }

  /** A device that comes back under a new ETID keeps its key and its temperatures. */
  #returned(etid, { devname, ipaddr }, key) {
    const same = this.#gone.filter((gone) =>
      key ? gone.key === key : gone.name === text(devname) && gone.address === text(ipaddr),
    );
    const before = same.length === 1 ? same[0] : null;
    if (before) this.#forgetGone((gone) => gone === before);
    return {
      etid,
      key: key ?? before?.key ?? null,
      node: null,
      leds: [],
      temperature: null,
      samples: before?.samples ?? [],
    };
  }

  #wentEarlier({ key, node, devname, ipaddr, lastSeen }) {
    if (this.find(key) || this.#gone.some((gone) => gone.key === key)) return;
    if (this.#gone.length >= GONE_KEPT) return;
    const device = { key, node, name: text(devname), address: text(ipaddr), samples: [] };
    this.#gone.push({ ...device, lastSeen: Date.parse(lastSeen) });
    this.#listener.gone(this.#gone);
  }

  #forgetGone(test) {
    const kept = this.#gone.filter((gone) => !test(gone));
    if (kept.length === this.#gone.length) return;
    this.#gone = kept;
    this.#listener.gone(kept);
  }

  #measured(device, tenths) {
    device.temperature = tenths;
    const at = Date.now();
    const { samples } = device;
    const last = samples.at(-1);
    if (last && at - last.at < SAMPLE_EVERY) last.tenths = tenths;
    else samples.push({ at, tenths });
    while (samples.length > SAMPLES || at - samples[0].at > SAMPLE_SPAN) samples.shift();
    this.#listener.temperature(device);
  }
}

/** What names a device in the page's address: its key where that is known. */
export function keyOf(device) {
  return device.key ?? device.name;
}

function text(value) {
  return typeof value === "string" ? value.slice(0, 120) : "";
}

/** The LEDs of an announcement; what the page knows of questions under way is kept. */
function leds(list, before) {
  if (!Array.isArray(list)) return [];
  const valid = list.filter((led) => Number.isInteger(led?.id) && led.id >= 0 && led.id <= 255);
  return valid.slice(0, LEDS).map(({ id, name, color, on }) => {
    const known = before.find((led) => led.id === id);
    const led = known ?? { id, state: "known", timer: null, took: null };
    led.name = text(name) || "LED " + id;
    led.color = COLORS.includes(color) ? color : "none";
    led.on = Boolean(on);
    return led;
  });
}
