import { SmqClient } from "../smq.mjs";
import { randomName } from "../shared/connection.js";

const TEMPERATURE_EVERY = 2000;

/**
 * A device inside the page: an SMQ client of its own that speaks as a real LED device does. It
 * answers greetings with its devinfo, switches when told and reports each change.
 */
export class SimulatedDevice {
  #client;
  #timer;
  #temperature = 200 + Math.floor(Math.random() * 40);
  #address = "";
  #id = randomName();
  #leds = [
    { id: 1, name: "Red LED", color: "red", on: false },
    { id: 2, name: "Yellow LED", color: "yellow", on: false },
    { id: 3, name: "Green LED", color: "green", on: true },
    { id: 4, name: "Blue LED", color: "blue", on: false },
  ];

  constructor(urls) {
    const client = new SmqClient(urls, {
      uid: "simulated-" + this.#id,
      info: "LED device simulated in a page",
      ping: 5000,
      reconnect: { min: 400, max: 8000 },
    });
    this.#client = client;
    client.subscribe("self", (bytes) => this.#command(bytes));
    client.subscribe("/m2m/led/display", (hello, page) => this.#announce(page));
    client.on("connect", ({ address }) => {
      this.#address = address;
      this.#announce("/m2m/led/device");
    });
    this.#timer = setInterval(() => this.#measure(), TEMPERATURE_EVERY);
  }

  stop() {
    clearInterval(this.#timer);
    this.#client.disconnect();
  }

  /** Follows the page when the page learns of other nodes. */
  set urls(urls) {
    this.#client.urls = urls;
  }

  #announce(to) {
    const info = {
      ipaddr: this.#address,
      devname: "Simulated device " + this.#id.slice(0, 4),
      leds: this.#leds,
      temp: this.#temperature,
    };
    this.#client.pubjson(info, to, "devinfo");
  }

  #command(bytes) {
    const led = bytes.length === 2 && this.#leds.find(({ id }) => id === bytes[0]);
    if (!led) return;
    led.on = bytes[1] !== 0;
    this.#client.publish(bytes, "/m2m/led/device", "led");
  }

  #measure() {
    if (!this.#client.connected) return;
    const drift = (210 - this.#temperature) / 40;
    this.#temperature += Math.round(drift + (Math.random() - 0.5) * 6);
    const bytes = new Uint8Array(2);
    new DataView(bytes.buffer).setInt16(0, this.#temperature);
    this.#client.publish(bytes, "/m2m/temp");
  }
}
