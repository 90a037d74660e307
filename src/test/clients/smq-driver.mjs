/* Driver of the browser client, smq.mjs, for the conformance suite. */
import { createInterface } from "node:readline";
import { SmqClient } from "../../main/npm/smq.mjs";

let smq = null;

function tell(event) {
  process.stdout.write(JSON.stringify(event) + "\n");
}

/** Reports the end of a call: thrown at the caller, or by its promise. */
function settle(id, call) {
  const failed = (error) => tell({ event: "failed", id, error: error.code ?? "refused" });
  try {
    Promise.resolve(call()).then(
      (value) => tell({ event: "done", id, value: value?.tid ?? value ?? null }),
      failed,
    );
  } catch (error) {
    failed(error);
  }
}

function message(data, ptid, tid, subtid) {
  tell({ event: "message", payload: Buffer.from(data).toString("hex"), ptid, tid, subtid });
}

const COMMANDS = {
  connect({ id, url, uid, info, credentials, ping }) {
    settle(id, () => {
      const options = { uid, info, ping: ping ?? 0, reconnect: { min: 10, max: 50 } };
      const client = new SmqClient(url, { ...options, auth: () => credentials });
      // Of a client that the next case knows nothing of, nothing more is told.
      const tellOwn = (event) => client === smq && tell(event);
      client.on("connect", ({ etid, again }) => tellOwn({ event: "connected", etid, again }));
      client.on("close", (detail) => tellOwn({ event: "closed", ...detail }));
      smq = client;
      return client.ready;
    });
  },
  subscribe({ id, topic, subtopic, throws }) {
    const handler = throws ? () => { throw new Error("of the case"); } : message;
    settle(id, () => smq.subscribe(topic, subtopic, handler));
  },
  unsubscribe: ({ id, topic }) => settle(id, () => smq.unsubscribe(topic)),
  create: ({ id, topic }) => settle(id, () => smq.create(topic)),
  createsub: ({ id, subtopic }) => settle(id, () => smq.createsub(subtopic)),
  publish: ({ id, topic, subtopic, payload }) =>
    settle(id, () => smq.publish(Buffer.from(payload ?? "", "hex"), topic, subtopic)),
  observe: ({ id, tid }) =>
    settle(id, () => smq.observe(tid, (subscribers) => tell({ event: "change", tid, subscribers }))),
  unobserve: ({ id, tid }) => settle(id, () => smq.unobserve(tid)),
  disconnect: ({ id }) => settle(id, () => smq.disconnect()),
  reset() {
    smq?.disconnect();
    smq = null;
    // Behind the ends of the calls, which promises tell.
    setImmediate(() => tell({ event: "reset" }));
  },
};

console.error = console.warn = () => {};
tell({ event: "ready", client: "smq.mjs", features: ["restore"] });
createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line);
  COMMANDS[command.do](command);
});
