/*
 * The scripted broker of the conformance suite: one connection at a time, by WebSocket or by the raw
 * transport. It answers names by a table, so that a case need not say what every client may ask in
 * an order of its own, and keeps every packet for the case to look at.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:net";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
export const SEED = 0x01020304;
const TYPES = {
  Init: 1, Connect: 2, Connack: 3, Subscribe: 4, Suback: 5, Create: 6, Createack: 7, Publish: 8,
  Unsubscribe: 9, Disconnect: 11, Ping: 12, Pong: 13, Observe: 14, Unobserve: 15, Change: 16,
  Createsub: 17, Createsuback: 18,
};
const NAMES = Object.fromEntries(Object.entries(TYPES).map(([name, type]) => [type, name]));
const ANSWERS = { Subscribe: "Suback", Create: "Createack", Createsub: "Createsuback" };

/** A packet as JSON; a name that is not UTF-8 comes as hex. */
export function decode(bytes) {
  const packet = { packet: NAMES[bytes[0]] ?? `type ${bytes[0]}` };
  const body = bytes.subarray(1);
  switch (packet.packet) {
    case "Connect": {
      const uidEnd = 2 + body[1];
      const secretEnd = uidEnd + 1 + body[uidEnd];
      packet.version = body[0];
      packet.uid = body.toString("utf8", 2, uidEnd);
      packet.credentials = body.toString("utf8", uidEnd + 1, secretEnd);
      packet.info = body.toString("utf8", secretEnd);
      break;
    }
    case "Subscribe":
    case "Create":
    case "Createsub":
      packet.name = body.toString("utf8");
      break;
    case "Publish":
      packet.tid = body.readUInt32BE(0);
      packet.ptid = body.readUInt32BE(4);
      packet.subtid = body.readUInt32BE(8);
      packet.payload = body.toString("hex", 12);
      break;
    case "Unsubscribe":
    case "Observe":
    case "Unobserve":
      packet.tid = body.readUInt32BE(0);
      break;
    default:
      packet.body = body.toString("hex");
  }
  return packet;
}

function u32(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

/** The bytes of a packet that a case has the broker send. */
export function encode(packet) {
  const text = (value = "") => Buffer.from(value, "utf8");
  const body = {
    Init: () => [[packet.version ?? 1], u32(SEED), text("127.0.0.1")],
    Connack: () => [[packet.code ?? 0], u32(packet.etid ?? 0), text(packet.reason)],
    Suback: () => [[packet.status ?? 0], u32(packet.tid), text(packet.name)],
    Publish: () => [u32(packet.tid), u32(packet.ptid), u32(packet.subtid ?? 0), Buffer.from(packet.payload ?? "", "hex")],
    Change: () => [u32(packet.tid), u32(packet.subscribers)],
    Disconnect: () => [text(packet.reason)],
    Ping: () => [],
    Pong: () => [],
  };
  body.Createack = body.Createsuback = body.Suback;
  const type = TYPES[packet.packet] ?? packet.type;
  const parts = packet.hex === undefined ? body[packet.packet]() : [Buffer.from(packet.hex, "hex")];
  return Buffer.concat([[type], ...parts].map((part) => Buffer.from(part)));
}

export class ScriptedBroker {
  /** Packets that no step has looked at yet. */
  packets = [];
  connections = 0;
  /** Bytes that came, the handshakes' HTTP among them. */
  bytes = 0;
  #server = createServer((socket) => this.#accept(socket));
  #socket = null;
  /** Connections that the broker cut, not the client. */
  #dropped = new Set();
  #transport;
  #rules = {};
  #wake = () => {};

  constructor(transport, wake) {
    this.#transport = transport;
    this.#wake = wake;
  }

  async start() {
    await new Promise((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get url() {
    const scheme = this.#transport === "raw" ? "smq" : "ws";
    return `${scheme}://127.0.0.1:${this.#server.address().port}/smq.lsp`;
  }

  /** rules: topics and subtopics (name to id), denied, held (names without an answer), handshake. */
  begin(rules) {
    this.drop();
    this.packets = [];
    this.connections = 0;
    this.bytes = 0;
    this.#rules = { topics: {}, subtopics: {}, denied: [], held: [], etid: 1073741831, ...rules };
  }

  set({ deaf, ...rules }) {
    Object.assign(this.#rules, rules);
    if (deaf === true) this.#socket.pause();
    if (deaf === false) this.#socket?.resume();
  }

  stop() {
    this.drop();
    this.#server.close();
  }

  drop() {
    this.#dropped.add(this.#socket);
    this.#socket?.destroy();
    this.#socket = null;
  }

  send(packet) {
    const bytes = encode(packet);
    const raw = Buffer.concat([Buffer.from([(bytes.length + 2) >> 8, bytes.length + 2]), bytes]);
    const { length } = bytes;
    const head = length < 126 ? [0x82, length] : [0x82, 126, length >> 8, length & 255];
    const frame = Buffer.concat([Buffer.from(head), bytes]);
    this.#socket?.write(this.#transport === "raw" ? raw : frame);
  }

  /** Bytes as they are, for what no packet is. */
  sendBytes({ hex, times = 1 }) {
    this.#socket?.write(Buffer.alloc((hex.length / 2) * times, hex, "hex"));
  }

  /** Answers a name that was held back. */
  release(name) {
    this.#rules.held = this.#rules.held.filter((held) => held !== name);
    const asked = this.#heldBack.filter((packet) => packet.name === name);
    this.#heldBack = this.#heldBack.filter((packet) => packet.name !== name);
    asked.forEach((packet) => this.#answer(packet));
  }

  #heldBack = [];

  #accept(socket) {
    this.#socket?.destroy();
    this.#socket = socket;
    this.#heldBack = [];
    let buffer = Buffer.alloc(0);
    let open = false;
    socket.on("error", () => {});
    socket.on("close", () => {
      if (!this.#dropped.has(socket)) this.packets.push({ packet: "end" });
      this.#wake();
    });
    socket.on("data", (data) => {
      this.bytes += data.length;
      buffer = Buffer.concat([buffer, data]);
      if (!open) {
        const end = buffer.indexOf("\r\n\r\n");
        if (end < 0) return;
        open = true;
        this.#open(socket, buffer.toString("latin1", 0, end));
        buffer = buffer.subarray(end + 4);
      }
      const take = this.#transport === "raw" ? takeRaw : takeFrame;
      for (let taken = take(buffer); taken; taken = take(buffer)) {
        buffer = buffer.subarray(taken.size);
        if (taken.bytes) this.#received(taken.bytes);
        else if (taken.close) socket.end(Buffer.from([0x88, 0]));
      }
      this.#wake();
    });
  }

  #open(socket, request) {
    this.connections++;
    this.packets.push({ packet: "request", head: request });
    if (this.#transport === "raw") {
      if (/^SendSmqHttpResponse: *true/im.test(request)) {
        socket.write("HTTP/1.0 200 OK\r\nSmqBroker: true\r\n\r\n");
      }
    } else {
      const [, key] = /^Sec-WebSocket-Key: *(\S+)/im.exec(request) ?? [];
      const accept = createHash("sha1").update(key + GUID).digest("base64");
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
          `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
    }
    if (this.#rules.handshake !== "by hand") this.send({ packet: "Init" });
  }

  #received(bytes) {
    const packet = decode(bytes);
    this.packets.push(packet);
    if (packet.packet === "Connect" && this.#rules.handshake !== "by hand") {
      const { refuse, etid } = this.#rules;
      this.send({ packet: "Connack", ...(refuse ?? { etid }) });
    }
    if (packet.packet in ANSWERS) {
      if (this.#rules.held.includes(packet.name)) this.#heldBack.push(packet);
      else this.#answer(packet);
    }
    if (packet.packet === "Disconnect") this.#socket?.end();
    if (packet.packet === "Ping" && !this.#rules.mute) this.send({ packet: "Pong" });
  }

  #answer({ packet, name }) {
    const { topics, subtopics, denied } = this.#rules;
    const tid = (packet === "Createsub" ? subtopics : topics)[name];
    const accepted = tid !== undefined && !denied.includes(name);
    this.send({ packet: ANSWERS[packet], status: accepted ? 0 : 1, tid: accepted ? tid : 0, name });
  }
}

function takeRaw(buffer) {
  if (buffer.length < 2) return null;
  const size = buffer.readUInt16BE(0);
  return buffer.length < size ? null : { size, bytes: buffer.subarray(2, size) };
}

/** A masked frame; fragments of a message are no matter of this suite. */
function takeFrame(buffer) {
  if (buffer.length < 2) return null;
  const short = buffer[1] & 127;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (buffer.length < head + 4) return null;
  const long = () => Number(buffer.readBigUInt64BE(2));
  const length = short === 126 ? buffer.readUInt16BE(2) : short === 127 ? long() : short;
  const size = head + 4 + length;
  if (buffer.length < size) return null;
  const bytes = Buffer.from(buffer.subarray(head + 4, size));
  for (let i = 0; i < length; i++) bytes[i] ^= buffer[head + (i % 4)];
  const opcode = buffer[0] & 15;
  return { size, bytes: opcode === 2 ? bytes : null, close: opcode === 8 };
}
