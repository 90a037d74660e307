/*
 * Runs the conformance cases against a client:
 *
 *   node src/test/clients/run.mjs [--transport ws|raw] [--only TEXT] -- COMMAND OF THE DRIVER
 *
 * The driver is a small program around the client, which reads commands from its standard input and
 * writes events to its standard output, one JSON object a line; README.md says which. Prints TAP;
 * the status is 0 if all passed.
 */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { ScriptedBroker } from "./broker.mjs";

/** ms for each step. */
const PATIENCE = 5000;

const split = process.argv.indexOf("--");
const options = process.argv.slice(2, split < 0 ? undefined : split);
const command = split < 0 ? [] : process.argv.slice(split + 1);
const option = (name) => (options.includes(name) ? options[options.indexOf(name) + 1] : undefined);
const transport = option("--transport") ?? "ws";
if (!command.length || !["ws", "raw"].includes(transport)) {
  console.error("usage: run.mjs [--transport ws|raw] [--only TEXT] -- COMMAND...");
  process.exit(2);
}

let wake = () => {};
const broker = new ScriptedBroker(transport, () => wake());
await broker.start();
const driver = spawn(command[0], command.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
let ended = null;
driver.on("error", (error) => ended ?? ((ended = error.message), wake()));
driver.on("exit", (code) => ((ended ??= `the driver ended with ${code}`), wake()));
driver.stdin.on("error", () => {});
let events = [];
createInterface({ input: driver.stdout }).on("line", (line) => {
  events.push(JSON.parse(line));
  wake();
});

function tell(message) {
  driver.stdin.write(JSON.stringify(message) + "\n");
}

/** Waits until look() gives something, and gives it back. */
async function until(what, look) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (ended) throw new Error(ended);
    const left = end - Date.now();
    if (left <= 0) throw new Error(`not within ${PATIENCE} ms: ${what()}`);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, left);
      wake = () => (clearTimeout(timer), resolve());
    });
  }
}

/** Whether the value has all that the pattern has; ids are compared without a sign. */
function fits(pattern, value) {
  if (typeof pattern === "number" && typeof value === "number") return pattern === value >>> 0;
  if (typeof pattern !== "object" || pattern === null) return pattern === value;
  if (Array.isArray(pattern)) return pattern.some((each) => fits(each, value));
  return Object.keys(pattern).every((key) => fits(pattern[key], value?.[key]));
}

function take(list, which) {
  const at = list.findIndex(which);
  return at < 0 ? undefined : list.splice(at, 1)[0];
}

const show = (value) => JSON.stringify(value).slice(0, 600);

/** "xxxx" by {"repeat": ["x", 4]}; every text may be written so. */
function expand(value) {
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== "object" || value === null) return value;
  if (value.repeat) return value.repeat[0].repeat(value.repeat[1]);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, expand(each)]));
}

const STEPS = {
  /** Has the client do something. */
  client: (message) => tell(message.do === "connect" ? { url: broker.url, ...message } : message),
  /** The next packet of this type has these fields. */
  async expect(pattern) {
    const packet = await until(
      () => `${show(pattern)}; unseen packets: ${show(broker.packets)}`,
      () => take(broker.packets, (each) => each.packet === pattern.packet),
    );
    if (!fits(pattern, packet)) throw new Error(`expected ${show(pattern)}, got ${show(packet)}`);
  },
  /** No packet like this has come so far; put something behind it that is answered. */
  none(pattern) {
    const packet = broker.packets.find((each) => fits(pattern, each));
    if (packet) throw new Error(`unexpected: ${show(packet)}`);
  },
  /** The next event of this kind (and id) has these fields. */
  async event(pattern) {
    const same = (each) => fits(pattern.event, each.event) && (pattern.id ?? each.id) === each.id;
    const event = await until(
      () => `${show(pattern)}; unseen events: ${show(events)}`,
      () => take(events, same),
    );
    if (!fits(pattern, event)) throw new Error(`expected ${show(pattern)}, got ${show(event)}`);
  },
  /** No event like this has come so far. */
  noEvent(pattern) {
    const event = events.find((each) => fits(pattern, each));
    if (event) throw new Error(`unexpected: ${show(event)}`);
  },
  /** The call with this id has come to this end. */
  async settled({ id, ...pattern }) {
    const event = await until(
      () => `the end of call ${id}; unseen events: ${show(events)}`,
      () => take(events, (each) => ["done", "failed"].includes(each.event) && each.id === id),
    );
    if (!fits(pattern, event)) throw new Error(`expected ${show(pattern)}, got ${show(event)}`);
  },
  send: (packet) => broker.send(packet),
  bytes: (bytes) => broker.sendBytes(bytes),
  /** The client has sent so many bytes at most. */
  sentAtMost(count) {
    if (broker.bytes > count) throw new Error(`${broker.bytes} bytes, more than ${count}`);
  },
  release: (name) => broker.release(name),
  broker: (rules) => broker.set(rules),
  drop: () => broker.drop(),
  /** The client has connected so often in this case. */
  async connections(count) {
    await until(
      () => `${count} connections, there were ${broker.connections}`,
      () => (broker.connections >= count ? true : undefined),
    );
  },
};

async function run({ broker: rules, steps }) {
  events = [];
  broker.begin(rules);
  try {
    for (const [at, step] of steps.entries()) {
      const [[kind, value]] = Object.entries(step);
      try {
        await STEPS[kind](expand(value));
      } catch (error) {
        throw new Error(`step ${at + 1}, ${kind}: ${error.message}`);
      }
    }
  } finally {
    tell({ do: "reset" });
    await STEPS.event({ event: "reset" }).catch((error) => (ended ??= error.message));
  }
}

const directory = new URL("cases/", import.meta.url);
const files = readdirSync(directory).filter((file) => file.endsWith(".json"));
const cases = files.sort().flatMap((file) => {
  const { topic, cases: list } = JSON.parse(readFileSync(new URL(file, directory)));
  return list.map((each) => ({ ...each, name: `${topic}: ${each.name}` }));
});
const ready = await until(() => "the driver's first line", () => take(events, (each) => each.event === "ready"))
  .catch((error) => ({ error }));
let number = 0;
let failures = 0;
function report(name, error) {
  number++;
  if (error) failures++;
  console.log(`${error ? "not ok" : "ok"} ${number} - ${name}`);
  if (error) console.log(`  ---\n  ${error.message}\n  ...`);
}
if (ready.error) report("the driver starts", ready.error);
const wanted = option("--only");
for (const each of ready.error ? [] : cases) {
  if (wanted && !each.name.includes(wanted)) continue;
  if (each.transport && each.transport !== transport) continue;
  const missing = (each.needs ?? []).filter((need) => !ready.features?.includes(need));
  if (missing.length) {
    console.log(`# not claimed by ${ready.client}: ${missing.join(", ")}: ${each.name}`);
    continue;
  }
  await run(each).then(() => report(each.name), (error) => report(each.name, error));
}
console.log(`1..${number}`);
driver.stdin.end();
broker.stop();
setTimeout(() => driver.kill(), 2000).unref();
process.exitCode = failures ? 1 : 0;
