/*
 * A small SMQ broker for tests of the browser client: one process, any number of nodes (each a
 * port of 127.0.0.1) that share topics and clients. Only what a test needs of RFC 6455.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const OBSERVE_BIT = 0x40000000;

/** Names, ids and clients that all nodes of one test share. */
export class TestCluster {
  tids = new Map();
  subIds = new Map();
  clients = new Map();
  denied = new Set();
  /** { etid, messages }: what the next client gets with its Connack; null for a new ETID. */
  parked = null;
  nodes = [];
  #nextId = 100;

  async node(name, options) {
    const node = new TestNode(this, name, options);
    await node.start();
    this.nodes.push(node);
    return node;
  }

  async stop() {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  nextEtid() {
    return OBSERVE_BIT + this.#nextId++;
  }

  id(table, name) {
    if (this.denied.has(name) || name === "") return 0;
    if (!table.has(name)) table.set(name, this.#nextId++);
    return table.get(name);
  }

  subscribers(tid) {
    return [...this.clients.values()].filter((client) => client.topics.has(tid));
  }

  changed(tid) {
    const count = this.subscribers(tid).length;
    for (const client of this.clients.values()) {
      if (client.observed.has(tid)) client.send(change(tid, count));
    }
  }

  gone(client) {
    if (this.clients.get(client.etid) !== client) return;
    this.clients.delete(client.etid);
    for (const tid of client.topics) this.changed(tid);
    for (const other of this.clients.values()) {
      if (other.observed.delete(client.etid)) other.send(change(client.etid, 0));
    }
  }
}

/** One node: an HTTP server whose upgrades become SMQ connections. */
export class TestNode {
  sockets = new Set();
  /** Every packet that clients sent, as [type, body]. */
  received = [];
  /** Called with each packet's type, after the broker's answer went out. */
  onpacket = null;
  refuse = null;
  seed = 12345;
  silent = false;

  constructor(cluster, name, { port = 0, onrequest } = {}) {
    this.cluster = cluster;
    this.name = name;
    this.port = port;
    this.server = createServer(onrequest ?? ((request, response) => response.writeHead(404).end()));
    this.server.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    this.server.on("upgrade", (request, socket) => new Connection(this, request, socket));
  }

  async start() {
    await new Promise((resolve) => this.server.listen(this.port, "127.0.0.1", resolve));
    this.port = this.server.address().port;
    return this;
  }

  get url() {
    return `ws://127.0.0.1:${this.port}/smq.lsp`;
  }

  /** Dies at once: connections are cut, the port is closed. */
  async stop() {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  types() {
    return this.received.map(([type]) => type);
  }
}

class Connection {
  etid = 0;
  topics = new Set();
  observed = new Set();
  #socket;
  #node;
  #buffer = Buffer.alloc(0);

  constructor(node, request, socket) {
    this.#node = node;
    this.#socket = socket;
    const key = request.headers["sec-websocket-key"];
    const accept = createHash("sha1")
      .update(key + GUID)
      .digest("base64");
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on("error", () => {});
    socket.on("close", () => node.cluster.gone(this));
    socket.on("data", (data) => this.#read(data));
    this.send(packet(1, [1, ...id(node.seed)], "127.0.0.1"));
  }

  send(bytes) {
    if (this.#node.silent) return;
    const { length } = bytes;
    const head = length < 126 ? [0x82, length] : [0x82, 126, length >> 8, length & 255];
    this.#socket.write(Buffer.concat([Buffer.from(head), bytes]));
  }

  close() {
    this.#node.cluster.gone(this);
    this.#socket.end(Buffer.from([0x88, 2, 0x03, 0xe8]));
  }

  #read(data) {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const buffer = this.#buffer;
      if (buffer.length < 2) return;
      const short = buffer[1] & 127;
      const head = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (buffer.length < head + 4) return;
      const length =
        short === 126
          ? buffer.readUInt16BE(2)
          : short === 127
            ? Number(buffer.readBigUInt64BE(2))
            : short;
      if (buffer.length < head + 4 + length) return;
      const mask = buffer.subarray(head, head + 4);
      const body = Buffer.from(buffer.subarray(head + 4, head + 4 + length));
      for (let i = 0; i < body.length; i++) body[i] ^= mask[i % 4];
      this.#buffer = buffer.subarray(head + 4 + length);
      if ((buffer[0] & 15) === 8) this.close();
      else if ((buffer[0] & 15) === 2) {
        this.#packet(body[0], body.subarray(1));
        this.#node.onpacket?.(body[0]);
      }
    }
  }

  #packet(type, body) {
    const { cluster } = this.#node;
    this.#node.received.push([type, body]);
    const tid = body.length >= 4 ? body.readUInt32BE(0) : 0;
    switch (type) {
      case 2:
        return this.#connect(body);
      case 4:
        return this.#subscribe(body);
      case 6:
        return this.send(answer(7, cluster.id(cluster.tids, body.toString()), body));
      case 17:
        return this.send(answer(18, cluster.id(cluster.subIds, body.toString()), body));
      case 8:
        return this.#publish(tid, body);
      case 9:
        this.topics.delete(tid);
        return cluster.changed(tid);
      case 11:
        return this.close();
      case 12:
        return this.send(packet(13, []));
      case 14:
        return this.#observe(tid);
      case 15:
        return this.observed.delete(tid);
      default:
        return undefined;
    }
  }

  #connect(body) {
    const node = this.#node;
    const uid = body.toString("utf8", 2, 2 + body[1]);
    const credentials = body.toString("utf8", 3 + body[1], 3 + body[1] + body[2 + body[1]]);
    this.login = {
      uid,
      credentials,
      info: body.toString("utf8", 3 + body[1] + credentials.length),
    };
    if (node.refuse) {
      this.send(packet(3, [node.refuse.code, 0, 0, 0, 0], node.refuse.reason));
      this.close();
      return;
    }
    const { parked } = node.cluster;
    this.etid = parked?.etid ?? node.cluster.nextEtid();
    this.node = node.name;
    node.cluster.clients.set(this.etid, this);
    this.send(packet(3, [0, ...id(this.etid)]));
    for (const message of parked?.messages ?? []) this.send(message);
  }

  #subscribe(body) {
    const { cluster } = this.#node;
    const tid = cluster.id(cluster.tids, body.toString());
    if (tid) this.topics.add(tid);
    this.send(answer(5, tid, body));
    cluster.changed(tid);
  }

  #publish(tid, body) {
    const { cluster } = this.#node;
    const bytes = packet(8, body);
    if (body.readUInt32BE(4) !== this.etid) {
      this.send(packet(11, [], "corrupt frame"));
      this.close();
    } else if (cluster.clients.has(tid)) {
      cluster.clients.get(tid).send(bytes);
    } else {
      for (const client of cluster.subscribers(tid)) client.send(bytes);
    }
  }

  #observe(tid) {
    const { cluster } = this.#node;
    if (tid === this.etid) return;
    if (cluster.clients.has(tid)) this.observed.add(tid);
    else if ([...cluster.tids.values()].includes(tid)) {
      this.observed.add(tid);
      this.send(change(tid, cluster.subscribers(tid).length));
    } else this.send(change(tid, 0));
  }
}

export function packet(type, body, text = "") {
  return Buffer.concat([Buffer.from([type]), Buffer.from(body), Buffer.from(text)]);
}

export function id(number) {
  return [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
}

function answer(type, tid, name) {
  return packet(type, [tid ? 0 : 1, ...id(tid), ...name]);
}

function change(tid, subscribers) {
  return packet(16, [...id(tid), ...id(subscribers)]);
}
