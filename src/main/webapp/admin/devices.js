import { ago, element } from "../shared/dom.js";
import { bytes, degrees, whole } from "./format.js";
import { listing } from "./listing.js";
import { chip, clientLink } from "./parts.js";
import { post } from "./rest.js";

const EVERY = 2000;

/** The LED devices that the cluster remembers: search, and their LEDs. */
export function devices(view, page, signal, query) {
  const columns = [
    { label: "Device", sort: "name", long: true, value: (device) => device.devname || device.uid },
    { label: "UID", sort: "uid", long: true, value: clientLink },
    {
      label: "State",
      value: (device) => (device.online ? chip("online", "good") : chip("offline", "bad")),
    },
    { label: "Node", sort: "node", value: (device) => device.node },
    { label: "Address", sort: "address", value: (device) => device.ipaddr },
    { label: "Temperature", number: true, value: (device) => degrees(device.temp) },
    { label: "LEDs", value: (device) => leds(device) },
    { label: "Last heard", sort: "heard", value: (device) => ago(Date.parse(device.lastSeen)) },
  ];

  function leds(device) {
    return element("span", { class: "leds" }, ...device.leds.map((led) => toggle(device, led)));
  }

  function toggle(device, led) {
    const is = led.on ? "on" : "off";
    const name = device.devname || device.uid;
    return element(
      "span",
      { class: "led", title: `${led.name}: ${is}` },
      element("span", { class: "lamp", "data-color": led.color, "data-on": String(led.on), "aria-hidden": "true" }),
      element("button", {
        type: "button",
        class: "switch",
        role: "switch",
        "data-focus": `led ${led.id} ${device.uid}`,
        "aria-label": `${led.name} of ${name}, ${led.color}`,
        "aria-checked": String(led.on),
        disabled: !device.online || !page.session.operator,
        onclick: () =>
          page
            .act(
              () => post(`devices/${encodeURIComponent(device.uid)}/leds/${led.id}`, { on: !led.on }),
              `${name} was asked to switch ${led.name} ${led.on ? "off" : "on"}.`,
            )
            .then(list.load),
      }),
      element("span", { class: "small", "aria-hidden": "true" }, is),
    );
  }

  const list = listing(page, signal, query, {
    view: "devices",
    title: "Devices",
    path: "devices",
    interval: EVERY,
    key: (device) => device.uid,
    fields: [
      { name: "search", label: "Part of name, UID, address or node" },
      { name: "online", label: "State", options: [["", "any"], ["true", "online"], ["false", "offline"]] },
    ],
    columns,
    empty: "No LED device is known. A device appears here when it announces itself on /m2m/led/device.",
    note: ({ use }) => room(use),
  });
  view.append(element("h1", {}, "Devices"), ...list.elements);
  return list.update;
}

/** How much room devices take, and what this node forgot or refused for lack of it. */
function room(use) {
  const lack = use.evicted + use.refused > 0;
  return (
    `${whole(use.devices)} of ${whole(use.devicesMax)} devices are remembered, ` +
    `with ${bytes(use.bytes)} of ${bytes(use.bytesMax)} on each node.` +
    (lack
      ? ` For lack of room, this node forgot ${whole(use.evicted)} that were offline` +
        ` and refused ${whole(use.refused)} announcements.`
      : "")
  );
}
