import { ago, element } from "/shared/dom.js";
import { bytes, degrees, whole } from "./format.js";
import { listing } from "./listing.js";
import { field } from "./parts.js";
import { post } from "./rest.js";

const EVERY = 2000;

/** The LED devices that the cluster remembers: search, and their LEDs. */
export function devices(view, page, signal) {
  const columns = [
    { label: "Device", sort: "name", value: (device) => device.devname || device.uid },
    { label: "UID", sort: "uid", value: (device) => device.uid },
    {
      label: "State",
      value: (device) =>
        element(
          "span",
          { class: "chip", "data-state": device.online ? "good" : "bad" },
          device.online ? "online" : "offline",
        ),
    },
    { label: "Node", sort: "node", value: (device) => device.node },
    { label: "Address", sort: "address", value: (device) => device.ipaddr },
    { label: "Temperature", number: true, value: (device) => degrees(device.temp) },
    { label: "LEDs", value: (device) => leds(device) },
    { label: "Last heard", sort: "heard", value: (device) => ago(Date.parse(device.lastSeen)) },
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
              ).then(list.load);
            },
          },
        ),
      ),
    );
  }

  const list = listing(page, signal, {
    title: "Devices",
    path: "devices",
    sort: "name",
    interval: EVERY,
    fields: [
      field("Part of name, UID, address or node", { name: "search", type: "search" }),
      element(
        "label",
        {},
        "State",
        element(
          "select",
          { class: "field", name: "online" },
          element("option", { value: "" }, "any"),
          element("option", { value: "true" }, "online"),
          element("option", { value: "false" }, "offline"),
        ),
      ),
    ],
    columns,
    note: ({ use }) => room(use),
  });
  view.append(element("h1", {}, "Devices"), ...list.elements);
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
