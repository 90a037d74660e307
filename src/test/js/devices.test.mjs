/* What the LED page makes of what devices say. Run by: node --test src/test/js/ */
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Devices, keyOf } from "../../main/webapp/led/devices.js";

const ETID = 0x40000001;
const INFO = {
  ipaddr: "192.168.1.20",
  devname: "Greenhouse",
  leds: [
    { id: 1, name: "Red", color: "red", on: true },
    { id: 2, name: "Blue", color: "blue", on: false },
  ],
  temp: 215,
};

let heard;
let devices;

beforeEach(() => {
  heard = [];
  const listener = {};
  for (const name of ["added", "changed", "led", "temperature", "removed", "gone"]) {
    listener[name] = (...args) => heard.push([name, ...args]);
  }
  devices = new Devices(listener);
});

function heardNames() {
  return heard.map(([name]) => name);
}

test("a device that announces itself is there, with its LEDs and its temperature", () => {
  const device = devices.announced(ETID, INFO);
  assert.deepEqual(heardNames(), ["added", "temperature"]);
  assert.equal(device.name, "Greenhouse");
  assert.deepEqual(
    device.leds.map(({ id, color, on }) => [id, color, on]),
    [
      [1, "red", true],
      [2, "blue", false],
    ],
  );
  assert.equal(device.temperature, 215);
  assert.equal(devices.find("Greenhouse"), device);
});

test("an announcement of nonsense becomes harmless values, or nothing", () => {
  for (const nonsense of [null, 7, "text", true]) {
    assert.equal(devices.announced(ETID, nonsense), null);
  }
  const device = devices.announced(ETID, {
    ipaddr: { a: 1 },
    devname: ["x"],
    leds: [
      null,
      { id: "1" },
      { id: 1.5 },
      { id: 300 },
      { id: 3, name: 9, color: "url(x)", on: "yes" },
      { id: 4, color: "constructor" },
    ],
    temp: "hot",
  });
  assert.equal(device.name, "Unnamed device");
  assert.equal(device.address, "");
  assert.equal(device.temperature, null);
  assert.deepEqual(
    device.leds.map(({ id, name, color, on }) => [id, name, color, on]),
    [
      [3, "LED 3", "none", true],
      [4, "LED 4", "none", false],
    ],
  );
});

test("names and numbers of LEDs are bounded", () => {
  const leds = Array.from({ length: 200 }, (_, id) => ({ id, name: "x".repeat(1000) }));
  const device = devices.announced(ETID, { ...INFO, devname: "y".repeat(5000), leds });
  assert.equal(device.name.length, 120);
  assert.equal(device.leds.length, 64);
  assert.equal(device.leds[0].name.length, 120);
});

test("the list tells key and node; what the device says itself is not overwritten by it", () => {
  const device = devices.announced(ETID, INFO);
  devices.reported(ETID, 1, false);
  devices.listed({ ...INFO, key: "dev-1", etid: ETID, node: "node2", online: true });
  assert.equal(device.key, "dev-1");
  assert.equal(device.node, "node2");
  assert.equal(keyOf(device), "dev-1");
  assert.equal(device.leds[0].on, false);
});

test("an asked LED is confirmed by the device's report, or unanswered in the end", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const device = devices.announced(ETID, INFO);
    const [red, blue] = device.leds;
    devices.asked(device, red, false);
    devices.asked(device, blue, true);
    assert.deepEqual([red.state, red.on, blue.state, blue.on], ["asked", true, "asked", false]);
    devices.reported(ETID, 1, false);
    mock.timers.tick(3000);
    assert.deepEqual([red.state, red.on], ["confirmed", false]);
    assert.ok(red.took >= 0);
    assert.deepEqual([blue.state, blue.on], ["unanswered", false]);
    devices.reported(ETID, 2, true);
    assert.deepEqual([blue.state, blue.on, blue.took], ["confirmed", true, null]);
  } finally {
    mock.timers.reset();
  }
});

test("reports of unknown devices and LEDs change nothing", () => {
  assert.equal(devices.reported(ETID, 1, true), false);
  assert.equal(devices.temperature(ETID, 200), false);
  devices.announced(ETID, INFO);
  heard.length = 0;
  assert.equal(devices.reported(ETID, 99, true), true);
  assert.deepEqual(heard, []);
});

test("a device that comes back under another ETID keeps its key and its temperatures", () => {
  const first = devices.announced(ETID, INFO, "dev-1");
  devices.removed(ETID);
  assert.equal(devices.size, 0);
  assert.deepEqual(devices.gone, [first]);
  const again = devices.announced(ETID + 1, INFO);
  assert.equal(again.key, "dev-1");
  assert.equal(again.samples, first.samples);
  assert.deepEqual(devices.gone, []);
});

test("two of the same name and address that went are not taken for one another", () => {
  devices.announced(ETID, INFO, "dev-1");
  devices.announced(ETID + 1, INFO, "dev-2");
  devices.removed(ETID);
  devices.removed(ETID + 1);
  assert.equal(devices.announced(ETID + 2, INFO).key, null);
  assert.equal(devices.announced(ETID + 3, INFO, "dev-2").key, "dev-2");
});

test("a device that was offline before the page was opened is among those that went", () => {
  const entry = { ...INFO, key: "dev-1", etid: ETID, node: "node1", online: false };
  devices.listed({ ...entry, lastSeen: "2026-01-01T00:00:00Z" });
  devices.listed({ ...entry, lastSeen: "2026-01-01T00:00:00Z" });
  assert.equal(devices.gone.length, 1);
  assert.equal(devices.gone[0].lastSeen, Date.UTC(2026, 0, 1));
  assert.equal(devices.size, 0);
});

test("the page takes 600 devices, some more when they are searched for, and others as these go", () => {
  for (let i = 0; i < 1000; i++) devices.announced(ETID + i, INFO);
  assert.equal(devices.size, 600);
  assert.ok(devices.full);
  const entry = (i) => ({ ...INFO, key: "dev-" + i, etid: ETID + i, node: "node1", online: true });
  for (let i = 600; i < 1000; i++) devices.listed(entry(i), true);
  assert.equal(devices.size, 850);
  for (let i = 0; i < 251; i++) devices.removed(ETID + i);
  assert.ok(!devices.full);
  assert.ok(devices.announced(ETID + 2000, INFO));
});

test("what is kept is bounded: samples by number and age, devices that went by number", () => {
  mock.timers.enable({ apis: ["Date"], now: 1 });
  try {
    const device = devices.announced(ETID, INFO);
    for (let i = 0; i < 5000; i++) {
      mock.timers.tick(500);
      devices.temperature(ETID, i);
    }
    assert.ok(device.samples.length <= 300);
    mock.timers.tick(10 * 60 * 1000);
    devices.temperature(ETID, 1);
    assert.equal(device.samples.length, 1);
    for (let i = 0; i < 100; i++) {
      devices.announced(ETID + i, { ...INFO, devname: "d" + i });
      devices.removed(ETID + i);
    }
    assert.equal(devices.gone.length, 20);
  } finally {
    mock.timers.reset();
  }
});

test("of a device that connects again, the list has to say anew on which node it is", () => {
  devices.connected(ETID);
  devices.listed({ ...INFO, etid: ETID, key: "k1", node: "node1", online: true });
  assert.equal(devices.get(ETID).node, "node1");
  devices.connected(ETID);
  devices.announced(ETID, INFO);
  assert.equal(devices.get(ETID).node, null);
  devices.listed({ ...INFO, etid: ETID, key: "k1", node: "node2", online: true });
  assert.equal(devices.get(ETID).node, "node2");
});
