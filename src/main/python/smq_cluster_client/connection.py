"""One connection after the other: the handshake, the packets, the heartbeat."""

import asyncio
import inspect

from . import packets
from .packets import SmqError
from .transport import open_transport

_UNAVAILABLE = 2
_GRACE = 1.0


class Connection:
    """Connects, with what the application said of the client; writes while it is connected."""

    def __init__(self, uid, info, credentials, timeout, ping, ssl, headers):
        self._uid = uid
        self._info = info
        self._credentials = credentials
        self._timeout = timeout
        self._ping = ping
        self._ssl = ssl
        self._headers = headers
        self._transport = None
        self._heard = False
        self._end = None

    def end(self, reason):
        """What goes on, and what begins, ends with this."""
        self._end = reason

    def write(self, packet):
        """Sends a packet; without a connection it does nothing."""
        if self._transport is not None:
            self._transport.write(packet)

    def answer(self, pong):
        """Answers a Ping of the broker, unless it does not read."""
        if self._transport is not None:
            self._transport.answer(pong)

    async def drain(self):
        """Returns when the connection takes more, or is gone."""
        try:
            if self._transport is not None:
                await self._transport.drain()
        except OSError:
            pass  # handed over; the reader tells of the loss

    async def run(self, url, connected, received, room):
        """
        One connection, until it is lost: always ends by an exception. Calls connected(etid) once
        and received(packet) for each packet, and awaits room() between them.
        """
        opening = open_transport(url, self._ssl, self._headers)
        transport = await asyncio.wait_for(opening, self._timeout)
        heartbeat = None
        try:
            seed, address = packets.read_init(await self._within(transport.read()))
            secret = await self._secret(seed, address)
            transport.write(packets.connect(self._uid, secret, self._info))
            etid = _accepted(await self._within(transport.read()))
            self._transport = transport
            connected(etid)
            heartbeat = asyncio.ensure_future(self._beat(transport)) if self._ping else None
            while True:
                self._heard = True
                received(await transport.read())
                await room()
        finally:
            self._transport = None
            if heartbeat is not None:
                heartbeat.cancel()
            await transport.finish()

    async def _within(self, reading):
        """Waits for the broker. wait_for may lose a cancellation: the end is asked before and after."""
        if self._end is None:
            answer = await asyncio.wait_for(reading, self._timeout)
        else:
            reading.close()
        if self._end is not None:
            raise self._end
        return answer

    async def _secret(self, seed, address):
        secret = self._credentials
        if callable(secret):
            secret = secret(seed, address)
            if inspect.isawaitable(secret):
                secret = await secret
        return packets.exact_bytes("credentials", secret or b"", 0, 255)

    async def _beat(self, transport):
        """Pings a silent broker; one that stays silent, in a loop that runs, is left."""
        while True:
            self._heard = False
            await asyncio.sleep(self._ping)
            transport.write(bytes([packets.PING]))
            if self._heard:
                continue
            await asyncio.sleep(self._ping)
            if not self._heard:
                # behind a loop that stood still the answer may wait to be read
                await asyncio.sleep(min(self._ping, _GRACE))
            if not self._heard:
                transport.abort()
                return


def _accepted(packet):
    if len(packet) < 6 or packet[0] != packets.CONNACK:
        raise SmqError("lost", "the broker's answer to Connect is no Connack")
    accepted, etid, reason = packets.read_answer(packet)
    if not accepted:
        text = reason.decode("utf-8", "replace") or f"code {packet[1]}"
        raise SmqError("lost" if packet[1] == _UNAVAILABLE else "ended", "refused: " + text)
    return etid
