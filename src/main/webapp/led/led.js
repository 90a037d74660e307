import { loadCluster, loadDevices } from "../shared/api.js";
import { Connection } from "../shared/connection.js";
import { gathered, setText } from "../shared/dom.js";
import { DeviceView } from "./device-view.js";
import { Devices, keyOf } from "./devices.js";
import { ListView } from "./list-view.js";
import { SimulatedDevice } from "./simulator.js";
import { Sound } from "./sound.js";

const LIST_EVERY = 60000;
const FIRST_AFTER = 400;
const PAGE = 50;
const GONE_SHOWN = 20;

const byId = (id) => document.getElementById(id);
const stacked = matchMedia("(max-width: 600px)");
const embedded = window !== window.top;
document.documentElement.classList.toggle("embedded", embedded);

const connection = new Connection({
  info: "LED page",
  banner: byId("banner"),
  chip: byId("node"),
});
const { client } = connection;
const sound = new Sound();

const devices = new Devices({
  added(device) {
    list.add(device);
    client.observe(device.etid, () => devices.removed(device.etid));
    if (!showIfWanted(device) && !wanted) chooseFirst();
    if (!device.key) refresh();
    sound.play("arrived");
  },
  changed(device) {
    list.update(device);
    if (view.device === device) {
      view.update();
      want(keyOf(device));
    } else if (!view.device || !isWanted(view.device)) {
      // Its key was not known until now.
      showIfWanted(device);
    }
  },
  led(device, led) {
    list.led(device, led);
    if (view.device === device) {
      view.led(led);
      if (led.state !== "asked") announce(device, led);
    }
    if (led.state === "confirmed") sound.play(led.on ? "on" : "off");
  },
  temperature(device) {
    if (view.device === device) view.temperature();
  },
  removed(device) {
    list.remove(device);
    if (view.device === device) view.markGone();
    sound.play("gone");
  },
  gone(all) {
    list.showGone(all);
  },
});

const list = new ListView(
  {
    list: byId("devices"),
    search: byId("search"),
    count: byId("count"),
    empty: byId("empty"),
    more: byId("more"),
    goneList: byId("gone"),
  },
  devices,
  (device) => {
    select(device);
    if (stacked.matches) byId("stage").scrollIntoView();
  },
  search,
);

const view = new DeviceView(
  {
    intro: byId("intro"),
    pane: byId("device"),
    name: byId("name"),
    address: byId("address"),
    state: byId("state"),
    seen: byId("seen"),
    note: byId("note"),
    leds: byId("leds"),
    noLeds: byId("no-leds"),
    temperature: byId("temperature"),
    celsius: byId("celsius"),
    fahrenheitText: byId("fahrenheit"),
    picture: byId("chart"),
    top: byId("chart-top"),
    bottom: byId("chart-bottom"),
    start: byId("chart-start"),
  },
  (device, led, on) => {
    devices.asked(device, led, on);
    client.publish(new Uint8Array([led.id, on ? 1 : 0]), device.etid);
  },
);

// ---- which device is selected: the page's address says it, so it can be kept and shared -----

let wanted = wantedByAddress();

function wantedByAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("device");
}

function want(key) {
  if (wanted === key) return;
  wanted = key;
  history.replaceState(null, "", "#device=" + encodeURIComponent(key));
  tellParent();
}

/** The wanted device, also while it is not connected. */
function isWanted(device) {
  return wanted !== null && (device.key === wanted || device.name === wanted);
}

function showIfWanted(device) {
  if (!isWanted(device)) return false;
  list.select(device);
  view.show(device);
  return true;
}

function select(device) {
  list.select(device);
  view.show(device);
  want(keyOf(device));
}

const chooseFirst = gathered(() => {
  if (wanted || view.device || !list.first) return;
  select(list.first);
}, FIRST_AFTER);

/** Selects a device now, or as soon as it appears. */
function selectByKey(key) {
  const device = devices.find(key);
  if (device) {
    select(device);
  } else {
    want(key);
    search(key);
  }
}

addEventListener("hashchange", () => {
  const key = wantedByAddress();
  if (key) selectByKey(key);
});

// ---- the devices: at once from the list that every node has, then live ----------------------

const listed = (query) => loadDevices(query, connection.home);

/** The devices that are online, page by page, until the page has as many as it takes. */
async function refreshOnline() {
  try {
    let total = 0;
    let offset = 0;
    do {
      const page = await listed({ offset, limit: PAGE });
      page.items.forEach((entry) => devices.listed(entry));
      total = page.total;
      offset += PAGE;
    } while (offset < total && !devices.full);
    online = total;
    showMore();
  } catch {
    // Without the list the page lives on what devices say themselves.
  }
}

/** How many devices were online when the node was asked last. */
let online = 0;

function showMore() {
  list.showMore(devices.full ? Math.max(0, online - devices.size) : 0);
}

async function refreshNow() {
  await refreshOnline();
  const gone = await listed({ online: false, limit: GONE_SHOWN }).catch(() => null);
  gone?.items.forEach((entry) => devices.listed(entry));
  if (wanted && !devices.find(wanted)) search(wanted);
}

/** Asks the node for devices that the page does not have. */
function search(text) {
  sought = text;
  if (text && devices.full) seek();
}

let sought = "";

const seek = gathered(async () => {
  const found = await listed({ search: sought, limit: PAGE }).catch(() => null);
  found?.items.forEach((entry) => devices.listed(entry, true));
  showMore();
}, 400);

const refresh = gathered(refreshOnline, 700);

/** Asks at which nodes devices have connected. After the end of a node all pages do, so not all at once. */
const relist = gathered(refreshOnline, 2000 + 6000 * Math.random());

function bytesOf(length, use) {
  return (bytes, etid) => {
    if (bytes.length < length) return;
    if (!use(etid, new DataView(bytes.buffer, bytes.byteOffset, bytes.length)) && !devices.full) refresh();
  };
}

client.subscribe("/m2m/led/device", "devinfo", {
  datatype: "json",
  onmsg: (info, etid) => {
    devices.connected(etid);
    devices.announced(etid, info);
    relist();
  },
});
client.subscribe("self", "devinfo", { datatype: "json", onmsg: (info, etid) => devices.announced(etid, info) });
client.subscribe(
  "/m2m/led/device",
  "led",
  bytesOf(2, (etid, bytes) => devices.reported(etid, bytes.getUint8(0), bytes.getUint8(1) !== 0)),
);
client.subscribe(
  "/m2m/temp",
  bytesOf(2, (etid, bytes) => devices.temperature(etid, bytes.getInt16(0))),
);
client.on("connect", () => {
  for (const { etid } of devices) client.observe(etid, () => devices.removed(etid));
  client.publish("Hello", "/m2m/led/display");
  relist();
});
refreshNow();
setInterval(refreshNow, LIST_EVERY);

connection.onchange(() => {
  view.setOpen(connection.open);
  if (simulated) simulated.urls = client.urls;
  tellParent();
});

/** For a screen reader: the result of a switch that the visitor, or another page, asked for. */
function announce(device, led) {
  const state = led.state === "unanswered" ? "no answer" : led.on ? "on" : "off";
  setText(byId("news"), `${device.name}, ${led.name}: ${state}`);
}

// ---- a simulated device, and sound ----------------------------------------------------------

let simulated = null;

byId("simulate").addEventListener("click", ({ currentTarget }) => {
  if (simulated) simulated.stop();
  simulated = simulated ? null : new SimulatedDevice(client.urls);
  currentTarget.setAttribute("aria-checked", String(simulated !== null));
});

byId("sound").addEventListener("click", ({ currentTarget }) => {
  sound.toggle();
  currentTarget.setAttribute("aria-pressed", String(sound.on));
  setText(currentTarget, sound.on ? "Sound on" : "Sound off");
});

// ---- inside a frame of the cluster page: say what is shown here, show what is asked ---------

let tellParent = () => {};

addEventListener("message", async (event) => {
  if (!embedded || event.source !== parent) return;
  const tell = (message) => parent.postMessage(message, event.origin);
  const { smq, device } = event.data ?? {};
  if (smq === "watch") {
    tellParent = () =>
      tell({ smq: "led", node: connection.node, open: connection.open, device: wanted });
    tellParent();
  } else if (smq === "select" && typeof device === "string") {
    selectByKey(device);
  } else if (smq === "cluster?") {
    // The cluster page has lost its own node and asks one that is still there.
    const cluster = await loadCluster().catch(() => null);
    if (cluster) tell({ smq: "cluster", cluster });
  }
});
