"""The two transports (SMQ section 1): raw TCP with lengths, and WebSocket."""

import asyncio
import base64
import hashlib
import os
import struct
from urllib.parse import urlsplit

from .packets import SmqError

_PORTS = {"smq": 80, "smqs": 443, "ws": 80, "wss": 443}
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_MAX_HEAD = 16384
_MAX_MESSAGE = 65533
#: Seconds that what was written may take to go out at the end.
_LAST_WORDS = 0.2
#: Bytes that wait to be sent, from which on pings are not answered.
_MAX_UNSENT = 1 << 20
_CONTINUATION, _BINARY, _CLOSE, _PING, _PONG = 0, 2, 8, 9, 10
_FINAL, _RESERVED, _MASKED = 0x80, 0x70, 0x80
_MAX_CONTROL = 125


def check(url):
    """Returns the parts of a broker's URL; ValueError if it is none."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"no URL of a broker (smq, smqs, ws, wss): {url}")
    parts.port  # raises for what is no port
    return parts


async def open_transport(url, ssl, headers):
    """Connects; the result has read(), write(), drain() and finish()."""
    parts = check(url)
    secure = parts.scheme in ("smqs", "wss")
    reader, writer = await asyncio.open_connection(
        parts.hostname,
        parts.port or _PORTS[parts.scheme],
        ssl=(ssl or True) if secure else None,
        limit=_MAX_HEAD,
    )
    kind = WebSocket if parts.scheme.startswith("ws") else Raw
    transport = kind(reader, writer)
    try:
        await transport.start(parts, headers)
    except BaseException:
        transport.abort()
        raise
    return transport


class Raw:
    """Each packet behind its length, which counts itself."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer

    async def start(self, parts, headers):
        await self._get(parts, {"SimpleMQ": "1", "SendSmqHttpResponse": "true", **headers}, 200)

    async def _get(self, parts, headers, status):
        path = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        host = parts.netloc.rpartition("@")[2]
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{key}: {value}" for key, value in headers.items()]
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a header with a line end in it")
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        if head[0].split(" ")[1:2] != [str(status)]:
            raise SmqError("lost", f"the broker's address answered {head[0][:80]!r}")
        fields = (line.partition(":") for line in head[1:])
        return {key.strip().lower(): value.strip() for key, _, value in fields}

    async def read(self):
        """The next packet: type and body."""
        (length,) = struct.unpack(">H", await self._reader.readexactly(2))
        if length < 3:
            raise SmqError("lost", f"the broker sent a packet of {length} bytes")
        return await self._reader.readexactly(length - 2)

    def write(self, packet):
        self._writer.write(struct.pack(">H", len(packet) + 2) + packet)

    def answer(self, pong):
        """Writes a packet unless much waits unsent: the broker that pings may not read."""
        if self._sends():
            self.write(pong)

    def _sends(self):
        return self._writer.transport.get_write_buffer_size() < _MAX_UNSENT

    async def drain(self):
        await self._writer.drain()

    async def finish(self):
        """Ends the connection; what was written still goes out if the broker reads."""
        self._writer.close()
        try:
            await asyncio.wait_for(self._writer.wait_closed(), _LAST_WORDS)
        except (OSError, asyncio.TimeoutError):
            pass  # of a connection that is given up in any case
        finally:
            self.abort()

    def abort(self):
        """Ends the connection at once; a read fails."""
        self._writer.transport.abort()


class WebSocket(Raw):
    """RFC 6455 as far as SMQ uses it: binary messages, fragments, ping, close."""

    async def start(self, parts, headers):
        key = base64.b64encode(os.urandom(16))
        upgrade = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": key.decode(),
        }
        answer = await self._get(parts, {**upgrade, **headers}, 101)
        expected = base64.b64encode(hashlib.sha1(key + _GUID).digest()).decode()
        if answer.get("sec-websocket-accept") != expected:
            raise SmqError("lost", "the broker's address is no WebSocket")

    async def read(self):
        message = bytearray()
        expected = _BINARY
        while True:
            final, opcode, data = await self._frame(_MAX_MESSAGE - len(message))
            if opcode >= _CLOSE:
                self._control(opcode, data)
                continue
            if opcode != expected:
                raise SmqError("lost", f"the broker sent a frame of type {opcode}")
            message += data
            expected = _CONTINUATION
            if final and not message:
                raise SmqError("lost", "the broker sent an empty message")
            if final:
                return bytes(message)

    def _control(self, opcode, data):
        if opcode == _CLOSE:
            self._send(_CLOSE, data[:2])
            reason = data[2:].decode("utf-8", "replace")
            raise SmqError("lost", "closed by the broker" + (": " + reason if reason else ""))
        if opcode == _PING:
            if self._sends():
                self._send(_PONG, data)
        elif opcode != _PONG:
            raise SmqError("lost", f"the broker sent a frame of type {opcode}")

    async def _frame(self, room):
        """The next frame: whether it is a message's last, type and payload of `room` bytes at most."""
        first, second = await self._reader.readexactly(2)
        length = second & 127
        if length == 126:
            (length,) = struct.unpack(">H", await self._reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", await self._reader.readexactly(8))
        final, opcode = bool(first & _FINAL), first & 15
        if first & _RESERVED or second & _MASKED or (opcode >= _CLOSE and not final):
            raise SmqError("lost", "the broker's frame breaks RFC 6455")
        if length > (_MAX_CONTROL if opcode >= _CLOSE else room):
            raise SmqError("lost", "the broker sent a frame that is too long")
        return final, opcode, await self._reader.readexactly(length)

    def write(self, packet):
        self._send(_BINARY, packet)

    def _send(self, opcode, data):
        length = len(data)
        size = bytes([128 | length]) if length < 126 else b"\xfe" + struct.pack(">H", length)
        mask = os.urandom(4)
        pad = (mask * (length // 4 + 1))[:length]
        masked = (int.from_bytes(data, "big") ^ int.from_bytes(pad, "big")).to_bytes(length, "big")
        self._writer.write(bytes([128 | opcode]) + size + mask + masked)
