/*
 * The browser client against a small real broker. Run by: node --test src/test/js/
 * Node 20 gets the WebSocket of its own library by --experimental-websocket, later ones have it.
 */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import vm from "node:vm";
import { connect, SmqClient } from "../../main/npm/smq.mjs";
import { id, packet, TestCluster } from "./test-broker.mjs";

const { SMQ } = globalThis;
const SUBSCRIBE = 4;
const CREATE = 6;
const OBSERVE = 14;

let cluster;
let node;
let clients;

beforeEach(async () => {
  cluster = new TestCluster();
  node = await cluster.node("node1");
  clients = [];
});

afterEach(async () => {
  for (const client of clients) {
    client.onclose = undefined;
    client.disconnect();
  }
  await cluster.stop();
});

function classic(url = node.url, options) {
  const client = SMQ.Client(url, options);
  clients.push(client);
  return client;
}

async function modern(urls = node.url, options = { reconnect: { min: 10, max: 50 } }) {
  const client = await connect(urls, options);
  clients.push(client);
  return client;
}

/** A promise of the arguments of a callback's next call, for at most 5 s. */
function called(owner, name, answer) {
  return within((resolve) => {
    owner[name] = (...args) => {
      resolve(args);
      return answer;
    };
  }, name);
}

function within(start, what) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("not within 5 s: " + what)), 5000);
    start((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}

function event(client, name) {
  return within((resolve) => {
    const off = client.on(name, (detail) => {
      off();
      resolve(detail);
    });
  }, name);
}

function login() {
  return [...cluster.clients.values()].at(-1).login;
}

test("a client is made with and without new, and onconnect tells ETID, seed and address", async () => {
  const client = classic();
  assert.ok(client instanceof SMQ.Client);
  const other = new SMQ.Client(node.url);
  clients.push(other);
  const [[etid, seed, address]] = await Promise.all([
    called(client, "onconnect"),
    called(other, "onconnect"),
  ]);
  assert.equal(client.gettid(), etid);
  assert.equal(seed, 12345);
  assert.equal(address, "127.0.0.1");
});

test("the uid is the address and the seed unless given; info and credentials arrive", async () => {
  const client = classic(node.url, { info: "grüße" });
  client.onauth = (seed, address) => `secret-${seed}-${address}`;
  await called(client, "onconnect");
  assert.deepEqual(login(), {
    uid: "127.0.0.112345",
    credentials: "secret-12345-127.0.0.1",
    info: "grüße",
  });
  await called(classic(node.url, { uid: "device-7" }), "onconnect");
  assert.equal(login().uid, "device-7");
});

test("what is asked before the connection is done before onconnect is called", async () => {
  const client = classic();
  const got = within((resolve) => client.subscribe("news", { onmsg: resolve }), "news");
  client.publish("early", "news");
  await called(client, "onconnect");
  assert.equal(SMQ.utf8.decode(await got), "early");
});

test("onack and onmsg get the arguments that pages expect", async () => {
  const client = classic();
  const [etid] = await called(client, "onconnect");
  const ack = await within(
    (resolve) => client.subscribe("a", "sub", { onack: (...args) => resolve(args), onmsg() {} }),
    "onack",
  );
  const [tid, subtid] = [cluster.tids.get("a"), cluster.subIds.get("sub")];
  assert.deepEqual(ack, [true, "a", tid, "sub", subtid]);
  assert.equal(client.topic2tid("a"), tid);
  assert.equal(client.tid2topic(tid), "a");
  assert.equal(client.subtopic2tid("sub"), subtid);
  assert.equal(client.tid2subtopic(subtid), "sub");
  const message = await within((resolve) => {
    client.subscribe("a", "sub", { onmsg: (...args) => resolve(args) });
    client.publish(new Uint8Array([1, 2]), "a", "sub");
  }, "onmsg");
  assert.deepEqual([[...message[0]], ...message.slice(1)], [[1, 2], etid, tid, subtid]);
});

test("sub-topics go to their handlers, the rest to the topic's, messages without a handler to onmsg", async () => {
  const client = classic();
  const got = [];
  const done = within((resolve) => {
    const note = (where) => (data) => got.push(where + ":" + data) === 4 && resolve();
    client.subscribe("t", "json", { datatype: "json", onmsg: (value) => note("json")(value.n) });
    client.subscribe("t", { datatype: "text", onmsg: note("all") });
    client.subscribe("self", "hi", { datatype: "text", onmsg: note("self") });
    client.onmsg = (data) => note("onmsg")(SMQ.utf8.decode(data));
  }, "four messages");
  client.pubjson({ n: 1 }, "t", "json");
  client.publish("2", "t", "other");
  client.publish("3", "self", "hi");
  client.publish("4", "self", "unknown");
  await done;
  assert.deepEqual(got, ["json:1", "all:2", "self:3", "onmsg:4"]);
});

test("a message that is no JSON goes to onmsg as bytes, and the handler is not called", async () => {
  const client = classic();
  client.subscribe("t", { datatype: "json", onmsg: assert.fail });
  const [bytes] = await within((resolve) => {
    client.onmsg = (...args) => resolve(args);
    client.publish("{", "t");
  }, "onmsg");
  assert.deepEqual([...bytes], [123]);
});

test("empty text is delivered too", async () => {
  const client = classic();
  const text = within((resolve) => {
    client.subscribe("t", { datatype: "text", onmsg: resolve });
  }, "empty text");
  client.publish("", "t");
  assert.equal(await text, "");
});

test("messages leave in the order published, whatever ids are missing", async () => {
  const client = classic();
  await called(client, "onconnect");
  const got = [];
  const all = within((resolve) => {
    const onmsg = (text) => got.push(text) === 6 && resolve();
    client.subscribe("x", { datatype: "text", onmsg });
    client.subscribe("y", { datatype: "text", onmsg, onack: burst });
  }, "six messages");
  function burst() {
    client.publish("1", "x", "new sub-topic");
    client.publish("2", "y");
    client.publish("3", "x");
    client.publish("4", "y", "another");
    client.publish("5", "x", "new sub-topic");
    client.publish("6", "y", 0);
  }
  await all;
  assert.deepEqual(got, ["1", "2", "3", "4", "5", "6"]);
});

test("create and createsub answer with ids, and at once when they are known", async () => {
  const client = classic();
  const ack = await within(
    (resolve) => client.create("t", "s", (...args) => resolve(args)),
    "create",
  );
  assert.deepEqual(ack, [true, "t", cluster.tids.get("t"), "s", cluster.subIds.get("s")]);
  let known;
  client.create("t", (accepted, name, tid) => (known = [accepted, name, tid]));
  assert.deepEqual(known, [true, "t", cluster.tids.get("t")]);
  client.createsub("s", (accepted, name, id) => (known = [accepted, name, id]));
  assert.deepEqual(known, [true, "s", cluster.subIds.get("s")]);
});

test("a denied topic: onack says so, and its messages do not hold up others", async () => {
  cluster.denied.add("secret");
  const client = classic();
  const ack = await within(
    (resolve) => client.subscribe("secret", { onack: (...args) => resolve(args) }),
    "onack",
  );
  assert.deepEqual(ack.slice(0, 2), [false, "secret"]);
  const got = within((resolve) => client.subscribe("open", { onmsg: resolve }), "open");
  const refusal = within((resolve) => client.publish("x", "secret", null, resolve), "refusal");
  client.publish("y", "open");
  await got;
  assert.match((await refusal).message, /denied: secret/);
});

test("the error of a denied name of 65,527 bytes is short", async () => {
  const long = "n".repeat(65527);
  cluster.denied.add(long);
  const refusal = within((resolve) => classic().publish("x", long, null, resolve), "refusal");
  assert.ok((await refusal).message.length < 200);
});

test("observing: a topic's count, an ETID's end once, and oneself never", async () => {
  const [watcher, other] = [classic(), classic()];
  const [, [etid]] = await Promise.all([called(watcher, "onconnect"), called(other, "onconnect")]);
  const counts = [];
  const two = within((resolve) => {
    watcher.observe("room", (...args) => counts.push(args) === 2 && resolve());
  }, "two changes");
  await within((resolve) => watcher.create("room", resolve), "room");
  other.subscribe("room");
  await two;
  assert.deepEqual(counts, [
    [0, "room"],
    [1, "room"],
  ]);
  watcher.observe("self", assert.fail);
  const end = within((resolve) => watcher.observe(etid, (...args) => resolve(args)), "end");
  other.disconnect();
  assert.deepEqual(await end, [0, etid]);
  assert.equal(node.types().filter((type) => type === OBSERVE).length, 2);
});

test("unsubscribe ends a topic, one sub-topic of it, or a subscription still on its way", async () => {
  const client = classic();
  const got = [];
  const note = (text) => got.push(text);
  client.subscribe("t", "a", { datatype: "text", onmsg: note });
  client.subscribe("t", "b", { datatype: "text", onmsg: note });
  client.subscribe("never", { onmsg: note });
  client.unsubscribe("never");
  client.unsubscribe("unknown");
  await called(client, "onconnect");
  await within((resolve) => client.subscribe("barrier", { onack: resolve }), "barrier");
  client.unsubscribe("t", "a");
  client.onmsg = (data) => note("dropped " + SMQ.utf8.decode(data));
  client.publish("1", "t", "a");
  client.publish("2", "t", "b");
  client.publish("3", "never");
  await within((resolve) => client.subscribe("barrier", { onack: resolve }), "barrier");
  client.unsubscribe("t");
  client.publish("4", "t", "b");
  await within((resolve) => client.subscribe("barrier", { onack: resolve }), "barrier");
  assert.deepEqual(got, ["dropped 1", "2"]);
});

test("a payload of 0xFFF0 bytes goes, a longer one is thrown back at the caller", async () => {
  const client = classic();
  const got = within((resolve) => client.subscribe("big", { onmsg: resolve }), "big");
  assert.throws(() => client.publish(new Uint8Array(0xfff1), "big"), RangeError);
  client.publish(new Uint8Array(0xfff0).fill(7), "big");
  assert.equal((await got).length, 0xfff0);
});

test("the queue of an unconnected client is bounded in messages and in bytes", async () => {
  const client = classic(node.url, { maxQueue: { messages: 2, bytes: 100 } });
  assert.throws(() => client.publish(new Uint8Array(101), "t"), /full/);
  client.publish("1", "t");
  client.publish("2", "t");
  assert.throws(() => client.publish("3", "t"), /full/);
});

test("a refused client learns why and does not come back", async () => {
  node.refuse = { code: 3, reason: "who are you" };
  const client = classic();
  assert.deepEqual(await called(client, "onclose", 1000), ["who are you", false]);
  assert.equal(client.getsock(), null);
});

test("a Disconnect of the broker is final, a lost connection is not", async () => {
  const client = classic();
  await called(client, "onconnect");
  const closed = called(client, "onclose", 1000);
  [...cluster.clients.values()][0].send(packet(11, [], "shutdown"));
  assert.deepEqual(await closed, ["shutdown", false]);
  const other = classic();
  await called(other, "onconnect");
  const lost = called(other, "onclose", 1000);
  for (const socket of node.sockets) socket.destroy();
  assert.equal((await lost)[1], true);
  await called(other, "onreconnect");
});

test("without a number from onclose there is no reconnect", async () => {
  const client = classic();
  await called(client, "onconnect");
  const closed = called(client, "onclose");
  client.onretry = assert.fail;
  for (const socket of node.sockets) socket.destroy();
  await closed;
  assert.equal(client.connected, false);
});

test("after a reconnect subscriptions and topic observations are there before onreconnect", async () => {
  const client = classic();
  const got = [];
  client.subscribe("t", "s", { datatype: "text", onmsg: (text) => got.push(text) });
  client.subscribe("self", "me", { datatype: "text", onmsg: (text) => got.push(text) });
  client.observe("t", () => got.push("change"));
  await called(client, "onconnect");
  await within((resolve) => client.subscribe("barrier", { onack: resolve }), "barrier");
  client.observe(99, assert.fail);
  client.onclose = () => 1000;
  client.onretry = () => client.publish("while offline", "t", "s");
  for (const socket of node.sockets) socket.destroy();
  const [etid] = await called(client, "onreconnect");
  assert.equal(client.gettid(), etid);
  client.publish("to myself", etid, "me");
  await within((resolve) => client.subscribe("barrier", { onack: resolve }), "barrier");
  assert.deepEqual(got.slice(-3).sort(), ["change", "to myself", "while offline"]);
});

test("without a uid of its own a client keeps the one of its first connection", async () => {
  const client = await modern();
  const again = event(client, "connect");
  node.seed = 54321;
  for (const socket of node.sockets) socket.destroy();
  await again;
  assert.equal(login().uid, "127.0.0.112345");
});

test("what is sent to the ETID of a client while it moves finds the handler of its sub-topic", async () => {
  const client = await modern();
  const got = [];
  const onmsg = (text) => got.push(text);
  const { subtid } = await client.subscribe("self", "reply", { datatype: "text", onmsg });
  const message = packet(8, [...id(client.etid), ...id(9), ...id(subtid)], "meanwhile");
  cluster.parked = { etid: client.etid, messages: [message] };
  const again = event(client, "connect");
  for (const socket of node.sockets) socket.destroy();
  await again;
  assert.deepEqual(got, ["meanwhile"]);
});

test("what is published while the broker closes the connection goes out on the next one", async () => {
  let closing = false;
  class Closing extends WebSocket {
    get readyState() {
      return closing ? WebSocket.CLOSING : super.readyState;
    }
  }
  const client = await modern(node.url, { WebSocket: Closing, reconnect: { min: 10, max: 50 } });
  const got = [];
  await client.subscribe("t", { datatype: "text", onmsg: (text) => got.push(text) });
  closing = true;
  const sent = client.publish("late", "t");
  closing = false;
  for (const socket of node.sockets) socket.destroy();
  await sent;
  await client.subscribe("barrier", () => {});
  assert.deepEqual(got, ["late"]);
});

test("a clean start restores nothing and drops what waited", async () => {
  const client = classic(node.url, { cleanstart: true });
  client.subscribe("t", { onmsg: assert.fail });
  await called(client, "onconnect");
  client.onclose = () => {
    node.received.length = 0;
    return 1000;
  };
  client.onretry = () => client.publish("lost", "t");
  for (const socket of node.sockets) socket.destroy();
  await called(client, "onreconnect");
  await within((resolve) => client.createsub("barrier", resolve), "barrier");
  assert.ok(!node.types().includes(SUBSCRIBE) && !node.types().includes(CREATE));
});

test("with several URLs the client goes on at the next node", async () => {
  const second = await cluster.node("node2");
  const client = await modern([node.url, second.url]);
  const got = within((resolve) => client.subscribe("t", (bytes) => resolve(bytes)), "t");
  const again = event(client, "connect");
  await node.stop();
  assert.equal((await again).again, true);
  assert.equal(client.url, second.url);
  await client.publish("x", "t");
  await got;
});

test("a node that is not there at first is passed over", async () => {
  const second = await cluster.node("node2");
  await node.stop();
  const client = await modern([node.url, second.url]);
  assert.equal(client.url, second.url);
});

test("URLs learnt later are used for the next attempt", async () => {
  const second = await cluster.node("node2");
  const client = await modern(node.url);
  client.urls = [node.url, second.url];
  assert.equal(client.url, node.url);
  const again = event(client, "connect");
  await node.stop();
  await again;
  assert.equal(client.url, second.url);
});

test("a node that takes no clients now sends a client of several nodes to the next", async () => {
  const second = await cluster.node("node2");
  node.refuse = { code: 2, reason: "draining" };
  const client = await modern([node.url, second.url]);
  assert.equal(client.url, second.url);
});

test("a broker that falls silent is left", async () => {
  const client = await modern(node.url, { reconnect: { min: 10 }, ping: 30 });
  const closed = event(client, "close");
  node.silent = true;
  assert.match((await closed).message, /no answer/);
  node.silent = false;
  await event(client, "connect");
});

test("a broker that never says anything does not hold an attempt for ever", async () => {
  node.silent = true;
  const client = classic(node.url, { connectTimeout: 30 });
  const [message, canReconnect] = await called(client, "onclose");
  assert.match(message, /Cannot connect/);
  assert.equal(canReconnect, true);
});

test("the wait grows, stays below its bound and differs by chance", async () => {
  await node.stop();
  const client = new SmqClient(node.url, { reconnect: { min: 8, max: 40 } });
  clients.push(client);
  const waits = [];
  await within((resolve) => {
    client.on("retry", ({ delay }) => waits.push(delay) === 7 && resolve());
  }, "seven retries");
  assert.ok(waits[0] >= 4 && waits[0] <= 8, "first wait " + waits[0]);
  assert.ok(waits.slice(3).every((wait) => wait >= 20 && wait <= 40));
});

test("disconnect is final: onclose says so, nothing comes back until reconnect", async () => {
  const client = classic(node.url, { reconnect: { min: 10 } });
  await called(client, "onconnect");
  const closed = called(client, "onclose", 1000);
  client.disconnect();
  assert.deepEqual(await closed, ["disconnect", false]);
  assert.equal(client.connected, false);
  client.reconnect();
  await called(client, "onreconnect");
});

test("a handler that throws disturbs no other", async () => {
  const client = classic();
  const { error } = console;
  const errors = [];
  console.error = (problem) => errors.push(problem.message);
  try {
    const got = within((resolve) => client.subscribe("b", { onmsg: resolve }), "b");
    client.subscribe("a", {
      onmsg: () => {
        throw new Error("mine");
      },
    });
    client.publish("1", "a");
    client.publish("2", "b");
    await got;
  } finally {
    console.error = error;
  }
  assert.deepEqual(errors, ["mine"]);
});

test("the module's promises: ready, subscribe, create, publish and their refusals", async () => {
  cluster.denied.add("no");
  const client = await modern();
  assert.equal(await client.ready, client.etid);
  const got = within((resolve) => {
    client.subscribe("t", "s", { datatype: "json", onmsg: resolve });
  }, "json");
  assert.equal(await client.create("t"), cluster.tids.get("t"));
  assert.equal(await client.createsub("s"), cluster.subIds.get("s"));
  await client.pubjson({ a: 1 }, "t", "s");
  assert.deepEqual(await got, { a: 1 });
  await assert.rejects(
    client.subscribe("no", () => {}),
    /denied: no/,
  );
  await assert.rejects(client.publish("x", "no"), /denied: no/);
  assert.throws(() => client.publish(new Uint8Array(70000), "t"), RangeError);
});

/** What becomes of a promise within 5 s: "resolved", or the message of its rejection. */
async function outcome(promise) {
  const settled = promise.then(
    () => "resolved",
    (error) => error.message,
  );
  return within((resolve) => settled.then(resolve), "a promise to settle");
}

for (const [what, name, problem] of [
  ["half an emoji", "chat/" + "ab\u{1F600}".slice(0, 3), TypeError],
  ["the other half", "\u{1F600}".slice(1), TypeError],
  ["a byte too many", "x".repeat(65528), RangeError],
  ["a packet's length and more, in bytes", "\u00e9".repeat(40000), RangeError],
  ["a number that is no id", -1, TypeError],
  ["a number with a fraction", 1.5, TypeError],
  ["nothing", undefined, TypeError],
]) {
  test("a name with " + what + " is thrown back, and others go on", async () => {
    const client = await modern();
    const listener = () => assert.fail("a message without a topic");
    assert.throws(() => client.subscribe(name, listener), problem);
    assert.throws(() => client.publish("x", name), problem);
    assert.throws(() => client.create(name), problem);
    assert.throws(() => client.createsub(name), problem);
    assert.throws(() => client.observe(name, listener), problem);
    if (name) assert.throws(() => client.subscribe("t", name, listener), problem);
    if (name) assert.throws(() => client.publish("x", "t", name), problem);
    const got = within((resolve) => client.subscribe("ordinary", resolve), "ordinary");
    assert.equal(await outcome(client.publish("1", "ordinary")), "resolved");
    await got;
    assert.deepEqual([...cluster.tids.keys()], ["ordinary"]);
    assert.equal(cluster.subIds.size, 0);
    for (const socket of node.sockets) socket.destroy();
    assert.equal((await event(client, "connect")).again, true);
    assert.equal(await outcome(client.publish("2", "ordinary")), "resolved");
  });
}

test("the longest name is asked for and answered", async () => {
  const client = await modern();
  const name = "x".repeat(65527);
  assert.equal(await client.create(name), cluster.tids.get(name));
});

test("an answer whose name is not UTF-8 answers no request", async () => {
  const client = await modern();
  const [connection] = cluster.clients.values();
  connection.send(packet(7, [1, 0, 0, 0, 0, 0xff]));
  assert.equal(await outcome(client.create("null")), "resolved");
});

test("a uid and an info that no Connect can carry are thrown back", () => {
  assert.throws(() => SMQ.Client(node.url, { uid: "short" }), RangeError);
  assert.throws(() => SMQ.Client(node.url, { uid: "u".repeat(256) }), RangeError);
  assert.throws(() => SMQ.Client(node.url, { uid: "half of \ud83d" }), TypeError);
  assert.throws(() => SMQ.Client(node.url, { info: "i".repeat(65018) }), RangeError);
  assert.throws(() => SMQ.Client("ws://no port:x/"), /no URL/);
});

test("credentials that are too long, or cannot be had, end the client with the reason", async () => {
  const late = (auth) => new SmqClient(node.url, { auth });
  const failing = () => {
    throw new Error("no key");
  };
  for (const [auth, reason] of [
    [() => "c".repeat(256), /credentials of 256 bytes/],
    [failing, /onauth: Error: no key/],
    [async () => failing(), /onauth: Error: no key/],
  ]) {
    const client = late(auth);
    clients.push(client);
    assert.match(await outcome(client.ready), reason);
  }
});

test("all that waits fails when the client disconnects, and what comes later at once", async () => {
  const client = await modern();
  const waiting = [
    client.create("created just before"),
    client.createsub("as well"),
    client.subscribe("t", "s", assert.fail),
    client.publish("x", "a new name"),
  ];
  client.disconnect();
  const later = [
    client.create("later"),
    client.createsub("later"),
    client.subscribe("later", assert.fail),
    client.subscribe("self", "later", assert.fail),
    client.publish("x", "later"),
  ];
  for (const promise of [...waiting, ...later]) {
    assert.match(await outcome(promise), /the client is disconnected/);
  }
});

test("all that waits fails when the broker sends the client away or refuses it", async () => {
  const client = await modern();
  const waiting = client.publish(new Blob(["never read"]), "a");
  [...cluster.clients.values()][0].send(packet(11, [], "shutdown"));
  assert.match(await outcome(waiting), /shutdown/);
  node.refuse = { code: 6, reason: "not you" };
  const refused = new SmqClient(node.url);
  clients.push(refused);
  assert.match(await outcome(refused.create("t")), /not you/);
  assert.match(await outcome(refused.ready), /not you/);
});

test("ready settles when disconnect comes first, while connecting and between attempts", async () => {
  const connecting = new SmqClient(node.url);
  connecting.disconnect();
  assert.match(await outcome(connecting.ready), /disconnect/);
  await node.stop();
  const waiting = new SmqClient(node.url, { reconnect: { min: 60000 } });
  clients.push(waiting);
  await event(waiting, "retry");
  waiting.disconnect();
  assert.match(await outcome(waiting.ready), /disconnect/);
});

test("connect gives up after its timeout and says why it is not connected", async () => {
  await node.stop();
  const options = { timeout: 100, reconnect: { min: 10 } };
  assert.match(await outcome(connect(node.url, options)), /not connected within 100 ms: Cannot/);
});

test("after the end reconnect starts anew, with the subscriptions that stood", async () => {
  const client = await modern();
  const got = within((resolve) => client.subscribe("stood", resolve), "stood");
  await client.create("barrier");
  const lost = client.subscribe("asked for too late", assert.fail);
  client.disconnect();
  await outcome(lost);
  client.reconnect();
  assert.equal(await client.ready, client.etid);
  await client.publish("x", "stood");
  await got;
  assert.equal(cluster.subscribers(cluster.tids.get("asked for too late")).length, 0);
});

test("a clean start fails what it drops", async () => {
  const client = await modern(node.url, { cleanstart: true, reconnect: { min: 10 } });
  const closed = event(client, "close");
  for (const socket of node.sockets) socket.destroy();
  await closed;
  assert.match(await outcome(client.create("t")), /clean start/);
});

test("without a WebSocket the client says so at once", async () => {
  const { WebSocket } = globalThis;
  delete globalThis.WebSocket;
  try {
    assert.match(await outcome(connect(node.url)), /no WebSocket.*option WebSocket/);
    assert.throws(() => SMQ.Client(node.url), /no WebSocket/);
  } finally {
    globalThis.WebSocket = WebSocket;
  }
});

test("a listener that throws, at once or later, is reported and hurts no other", async () => {
  const client = await modern();
  const { error } = console;
  const errors = [];
  console.error = (problem) => errors.push(problem.message);
  try {
    const close = within((resolve) => {
      client.on("close", () => {
        throw new Error("at once");
      });
      client.on("close", async () => {
        throw new Error("later");
      });
      client.on("close", resolve);
    }, "close");
    const connected = event(client, "connect");
    await client.subscribe("t", async () => {
      throw new Error("of a message");
    });
    await client.publish("x", "t");
    await client.create("barrier");
    for (const socket of node.sockets) socket.destroy();
    await close;
    await connected;
  } finally {
    console.error = error;
  }
  assert.deepEqual(errors, ["of a message", "at once", "later"]);
});

test("payloads of every kind go, in the order published", async () => {
  const client = await modern();
  const halves = new Uint16Array(new Uint16Array([1, 2, 3, 4]).buffer, 2, 2);
  const payloads = [
    [new Blob(["abc"]), "616263"],
    [new Uint8Array([1, 2]), "0102"],
    [new ArrayBuffer(2), "0000"],
    [vm.runInNewContext("new Uint8Array([7]).buffer"), "07"],
    [vm.runInNewContext("new Uint8Array([8])"), "08"],
    [new SharedArrayBuffer(1), "00"],
    [halves, "02000300"],
    [new DataView(new Uint8Array([9, 10]).buffer, 1), "0a"],
    [[255, 0], "ff00"],
    ["\u00fc", "c3bc"],
    ["", ""],
  ];
  const got = [];
  const all = within((resolve) => {
    const hex = (bytes) => got.push(Buffer.from(bytes).toString("hex"));
    client.subscribe("t", (bytes) => hex(bytes) === payloads.length && resolve());
  }, "all payloads");
  await Promise.all(payloads.map(([payload]) => client.publish(payload, "t")));
  await all;
  assert.deepEqual(
    got,
    payloads.map(([, hex]) => hex),
  );
});

test("what is no payload is thrown back", async () => {
  const client = await modern();
  for (const payload of [5, null, undefined, {}, [300], [-1], [0.5], ["a"], () => 1]) {
    assert.throws(() => client.publish(payload, "t"), TypeError);
  }
  assert.throws(() => client.publish(new Blob(["x".repeat(65521)]), "t"), RangeError);
});

test("a Blob that cannot be read fails alone", async () => {
  const client = await modern();
  const broken = new Blob(["abc"]);
  broken.arrayBuffer = () => Promise.reject(new Error("file is gone"));
  const lost = client.publish(broken, "t");
  const kept = client.publish("x", "t");
  assert.equal(await outcome(lost), "file is gone");
  assert.equal(await outcome(kept), "resolved");
});

test("a timer behind a blocked thread is no loss while messages wait", async () => {
  const client = await modern(node.url, { ping: 40, reconnect: { min: 10 } });
  const closed = [];
  client.on("close", ({ message }) => closed.push(message));
  const [connection] = cluster.clients.values();
  const block = (ms) => {
    for (const end = Date.now() + ms; Date.now() < end; );
  };
  for (let beats = 0; beats < 3; beats++) {
    node.silent = true;
    await within((resolve) => (node.onpacket = (type) => type === 12 && resolve()), "ping");
    await within((resolve) => {
      // In an immediate: the timers, due by then, come before the sockets and the waiting Pong.
      setImmediate(() => {
        node.silent = false;
        connection.send(packet(13, []));
        block(200);
        resolve();
      });
    }, "pong");
  }
  await client.create("barrier");
  assert.deepEqual(closed, []);
});

test("a Ping is answered by an empty Pong, and by none while a MiB waits to be sent", async () => {
  let waiting = 1048577;
  class Unread extends WebSocket {
    get bufferedAmount() {
      return waiting;
    }
  }
  const client = await modern(node.url, { WebSocket: Unread });
  const [connection] = cluster.clients.values();
  const ping = async () => {
    connection.send(packet(12, [1, 2, 3]));
    connection.send(packet(8, [...id(client.etid), ...id(5), ...id(0)]));
    await event(client, "message");
  };
  await ping();
  waiting = 1048576;
  await ping();
  await client.create("behind both");
  const pongs = node.received.filter(([type]) => type === 13);
  assert.deepEqual(pongs.map(([, body]) => body.length), [0]);
});

test("a client pings every 25 s unless told otherwise", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const client = new SMQ.Client(node.url);
  clients.push(client);
  await new Promise((resolve) => (client.onconnect = resolve));
  const types = [];
  const ping = new Promise((resolve) => {
    node.onpacket = (type) => types.push(type) && type === 12 && resolve();
  });
  t.mock.timers.tick(24999);
  client.createsub("no ping before");
  t.mock.timers.tick(1);
  await ping;
  assert.deepEqual(types, [17, 12]);
});

test("where there is no global WebSocket one can be given", async () => {
  const { WebSocket } = globalThis;
  delete globalThis.WebSocket;
  try {
    assert.equal(SMQ.websocket(), false);
    const client = await modern(node.url, { WebSocket });
    assert.ok(client.connected);
  } finally {
    globalThis.WebSocket = WebSocket;
  }
});

test("wsURL follows the page: scheme, host, port, relative paths", () => {
  globalThis.location = new URL("https://example.test:8443/app/page.html?x#y");
  try {
    assert.equal(SMQ.wsURL(), "wss://example.test:8443/app/page.html");
    assert.equal(SMQ.wsURL("/smq.lsp"), "wss://example.test:8443/smq.lsp");
    assert.equal(SMQ.wsURL("smq/"), "wss://example.test:8443/app/smq/");
  } finally {
    delete globalThis.location;
  }
  assert.throws(() => SMQ.Client("/smq.lsp"), /ws:/);
});
