import { ago, element } from "/shared/dom.js";
import { degrees } from "./format.js";
import { every, table } from "./parts.js";
import { get, post } from "./rest.js";

const EVERY = 2000;

/** The LED devices that the cluster has seen. */
export function devices(view, page, signal) {
  const result = element("div", { class: "card" });
  view.append(element("h1", {}, "Devices"), result);

  const columns = [
    { label: "Device", value: (device) => device.devname || device.uid },
    {
      label: "State",
      value: (device) =>
        element(
          "span",
          { class: "chip", "data-state": device.online ? "good" : "bad" },
          device.online ? "online" : "offline",
        ),
    },
    { label: "Node", value: (device) => device.node },
    { label: "Address", value: (device) => device.ipaddr },
    { label: "Temperature", number: true, value: (device) => degrees(device.temp) },
    { label: "LEDs", value: (device) => leds(device) },
    { label: "Last heard", value: (device) => ago(Date.parse(device.lastSeen)) },
  ];

  function leds(device) {
    return element(
      "span",
      { class: "actions" },
      ...device.leds.map((led) =>
        element(
          "button",
          {
            type: "button",
            class: "switch",
            role: "switch",
            title: led.name,
            "aria-label": `${led.name} of ${device.devname}`,
            "aria-checked": String(led.on),
            disabled: !device.online || !page.session.operator,
            onclick: (event) => {
              event.currentTarget.blur();
              page.act(
                () => post(`devices/${encodeURIComponent(device.uid)}/leds/${led.id}`, { on: !led.on }),
                `${device.devname} was asked to switch ${led.name} ${led.on ? "off" : "on"}.`,
              ).then(load);
            },
          },
        ),
      ),
    );
  }

  async function load() {
    try {
      const all = await get("devices");
      if (signal.aborted || result.contains(document.activeElement)) return;
      result.replaceChildren(
        all.length ? table("Devices", columns, all) : element("p", {}, "No device has been seen yet."),
      );
      page.worked();
    } catch (problem) {
      page.failed(problem);
    }
  }

  every(EVERY, load, signal);
}
