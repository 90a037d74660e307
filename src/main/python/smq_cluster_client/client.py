"""The client: what the application wants, and the connection that carries it out."""

import asyncio
import json
import os
import random

from . import packets
from .callbacks import Callbacks
from .connection import Connection
from .message import Message
from .packets import SmqError
from .requests import Requests
from .tables import Outgoing, Subscription
from .transport import check

_SELF = b"self"


class SmqClient:
    """A client of the brokers at these URLs, which it tries in turn; see README.md."""

    def __init__(
        self,
        *urls,
        uid=None,
        info="",
        credentials=None,
        ping=25.0,
        connect_timeout=10.0,
        backoff=(0.5, 15.0),
        max_queue=1 << 20,
        ssl=None,
        headers=None,
        on_connect=None,
        on_reconnect=None,
        on_close=None,
        on_message=None,
    ):
        if not urls:
            raise ValueError("no URL")
        for url in urls:
            check(url)
        self._urls = urls
        uid = packets.exact_bytes("a UID", uid or "python-" + os.urandom(8).hex(), 6, 255)
        info = packets.exact_bytes("an info", info, 0, packets.MAX_INFO)
        headers = dict(headers or {})
        self._connection = Connection(uid, info, credentials, connect_timeout, ping, ssl, headers)
        self._backoff = backoff
        self._callbacks = Callbacks()
        #: on_connect(etid), on_reconnect(etid), on_close(reason, again), on_message(message)
        self.on_connect = on_connect
        self.on_reconnect = on_reconnect
        self.on_close = on_close
        #: messages that no subscription takes
        self.on_message = on_message
        self._requests = Requests(self._connection.write)
        self._topics = self._requests.topics
        self._subtopics = self._requests.subtopics
        self._subscribed = {_SELF: Subscription(0)}
        self._observed = {}
        self._outgoing = Outgoing(max_queue)
        self._online = False
        self._etid = 0
        self._connections = 0
        self._end = None
        self._run_task = None
        self._ready = None

    # ---- life ---------------------------------------------------------------------------

    @property
    def etid(self):
        """The ETID on the newest connection, 0 before the first."""
        return self._etid

    @property
    def connected(self):
        return self._online

    async def start(self):
        """Connects, and goes on trying until it is connected; SmqError if the broker refuses."""
        if self._run_task is None:
            self._ready = asyncio.get_running_loop().create_future()
            self._run_task = asyncio.ensure_future(self._run())
        await asyncio.shield(self._ready)
        return self

    async def __aenter__(self):
        try:
            return await self.start()
        except BaseException:
            await self.close()
            raise

    async def __aexit__(self, *failure):
        await self.close()

    async def close(self):
        """Ends the client for good: what waits fails. Calling it again does nothing."""
        self._connection.write(bytes([packets.DISCONNECT]))
        self._finish(SmqError("ended", "the client is closed"))
        task = self._run_task
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.wait([task])

    def _finish(self, reason):
        if self._end is not None:
            return
        self._end = reason
        self._connection.end(reason)
        self._online = False
        waiting = [self._ready] if self._ready is not None else []
        waiting += self._requests.end()
        waiting += self._outgoing.end()
        for future in waiting:
            if not future.done():
                future.set_exception(reason)
                future.exception()  # the application may have given up waiting
        self._callbacks.run(self.on_close, str(reason), False)

    async def _run(self):
        reason = SmqError("ended", "the client is closed")
        attempt = 0
        index = 0
        try:
            while self._end is None:
                before = self._connections
                try:
                    await self._connected(self._urls[index % len(self._urls)])
                except SmqError as error:
                    if error.kind != "lost":
                        reason = error
                        return
                    why = error
                except (OSError, EOFError, asyncio.TimeoutError, asyncio.LimitOverrunError) as error:
                    why = error
                if self._end is not None:
                    return
                index += 1
                attempt = attempt + 1 if self._connections == before else 0
                self._callbacks.run(self.on_close, str(why) or type(why).__name__, True)
                least, most = self._backoff
                ceiling = min(most, least * 2 ** min(attempt, 20))
                await asyncio.sleep(ceiling * random.uniform(0.5, 1))
        except Exception as error:  # of the application's credentials, say
            reason = SmqError("ended", f"the client failed: {error!r}")
            reason.__cause__ = error
        finally:
            self._finish(reason)

    async def _connected(self, url):
        try:
            await self._connection.run(url, self._restore, self._received, self._callbacks.room)
        finally:
            self._online = False

    # ---- what the application asks for --------------------------------------------------

    async def create(self, topic):
        """The TID of a topic."""
        key = packets.name(topic)
        self._check_open()
        return self._etid if key == _SELF else await self._requests.ask(self._topics, key)

    async def createsub(self, subtopic):
        """The id of a sub-topic."""
        key = packets.name(subtopic)
        self._check_open()
        return await self._requests.ask(self._subtopics, key)

    async def subscribe(self, topic, handler, subtopic=None):
        """
        Has handler(message) called for a topic, one of its sub-topics, or "self"; returns the TID
        when the broker has confirmed. A second handler of the same takes the place of the first.
        """
        key = packets.name(topic)
        sub = None if subtopic is None else packets.name(subtopic)
        if not callable(handler):
            raise TypeError("a handler is a function")
        self._check_open()
        entry = self._subscribed.get(key)
        if entry is None:
            entry = self._subscribed[key] = Subscription(key if isinstance(key, int) else 0)
        # at once, for messages may come right behind the broker's answer
        entry.handlers[sub] = handler
        try:
            asked = [self._requests.ask(self._subtopics, sub)] if isinstance(sub, bytes) else []
            if isinstance(key, bytes) and key != _SELF:
                asked.append(self._requests.subscribe(key))
            await asyncio.gather(*asked)
        except SmqError:
            if entry.handlers.get(sub) is handler:
                self.unsubscribe(topic, subtopic)
            raise
        return self._etid if key == _SELF else entry.tid

    def unsubscribe(self, topic, subtopic=None):
        """Ends the subscription to a topic, or to one sub-topic of it."""
        key = packets.name(topic)
        entry = self._subscribed.get(key)
        if entry is None:
            return
        if subtopic is None:
            entry.handlers.clear()
        else:
            entry.handlers.pop(packets.name(subtopic), None)
        if entry.handlers or key == _SELF:
            return
        del self._subscribed[key]
        if entry.tid and isinstance(key, bytes):
            self._connection.write(packets.with_id(packets.UNSUBSCRIBE, entry.tid))

    async def publish(self, data, topic, subtopic=None):
        """
        Publishes text or bytes to a topic, an ETID or "self"; returns when the message is handed to
        the connection. Without one it waits, max_queue bytes at most; then SmqError "full".
        """
        data = packets.payload(data)
        key = packets.name(topic)
        sub = 0 if subtopic is None else packets.name(subtopic)
        self._check_open()
        sent = self._outgoing.add(key, sub, data)
        if key != _SELF:
            self._requests.question(self._topics, key)
        self._requests.question(self._subtopics, sub)
        self._flush()
        await sent
        await self._connection.drain()

    async def pubjson(self, value, topic, subtopic=None):
        """Publishes a value as JSON."""
        await self.publish(json.dumps(value), topic, subtopic)

    async def observe(self, topic, handler):
        """
        Has handler(subscribers) called at once and on each change of a topic's subscribers; for an
        ETID with 0 when its client is gone.
        """
        number = await self.create(topic)
        self._check_open()
        if number != self._etid:
            self._observed[number] = handler
            if self._online:
                self._connection.write(packets.with_id(packets.OBSERVE, number))

    def unobserve(self, topic):
        key = packets.name(topic)
        number = self._topics.ids.get(key) if isinstance(key, bytes) else key
        if self._observed.pop(number, None) is not None:
            self._connection.write(packets.with_id(packets.UNOBSERVE, number))

    def _check_open(self):
        if self._end is not None:
            raise self._end

    # ---- answers ------------------------------------------------------------------------

    def _restore(self, etid):
        """On a new connection: asks for everything again; messages go when all is answered."""
        self._etid = etid
        subscribed = [key for key in self._subscribed if isinstance(key, bytes) and key != _SELF]
        self._requests.restore(subscribed)
        self._go_online()

    def _go_online(self):
        if self._online or not self._requests.restored:
            return
        self._online = True
        for number in self._observed:
            self._connection.write(packets.with_id(packets.OBSERVE, number))
        self._flush()
        self._connections += 1
        if not self._ready.done():
            self._ready.set_result(None)
        told = self.on_reconnect if self._connections > 1 else self.on_connect
        self._callbacks.run(told, self._etid)

    def _answered(self, kind, packet):
        answer = self._requests.answered(kind, packet)
        if answer is None:
            return
        text, number, denied = answer
        if kind == packets.SUBSCRIBE:
            self._subscription(text, 0 if denied else number)
        elif denied:
            place = 1 if kind == packets.CREATESUB else 0
            self._outgoing.withdraw(place, text, denied)
        self._go_online()
        self._flush()

    def _subscription(self, text, tid):
        entry = self._subscribed.get(text)
        if entry is None:
            if tid:
                self._connection.write(packets.with_id(packets.UNSUBSCRIBE, tid))
        elif tid:
            entry.tid = tid
        else:
            del self._subscribed[text]

    # ---- messages -----------------------------------------------------------------------

    def _id_of(self, table, key):
        if table is self._topics and key == _SELF:
            return self._etid
        return key if isinstance(key, int) else table.ids.get(key)

    def _flush(self):
        """Sends the messages whose names are known, in the order published."""
        if self._online:
            self._outgoing.send(self._publish)

    def _publish(self, topic, subtopic, data):
        tid = self._id_of(self._topics, topic)
        subtid = self._id_of(self._subtopics, subtopic)
        if tid is None or subtid is None:
            return False
        self._connection.write(packets.publish(tid, self._etid, subtid, data))
        return True

    def _received(self, packet):
        kind = packet[0]
        if kind == packets.PUBLISH and len(packet) >= 13:
            self._deliver(Message(*packets.read_publish(packet)))
        elif kind in (packets.SUBACK, packets.CREATEACK, packets.CREATESUBACK) and len(packet) > 5:
            self._answered(kind - 1, packet)
        elif kind == packets.CHANGE and len(packet) >= 9:
            self._changed(*packets.read_change(packet))
        elif kind == packets.PING:
            self._connection.answer(bytes([packets.PONG]))
        elif kind == packets.DISCONNECT:
            reason = packet[1:].decode("utf-8", "replace")
            raise SmqError("ended", "disconnected by the broker: " + reason)
        elif kind != packets.PONG:
            raise SmqError("lost", f"the broker sent a malformed packet of type {kind}")

    def _changed(self, number, subscribers):
        handler = self._observed.get(number)
        if subscribers == 0 and number not in self._topics.texts:
            self._observed.pop(number, None)
        self._callbacks.run(handler, subscribers)

    def _deliver(self, message):
        key = _SELF if message.topic == self._etid else self._topics.texts.get(message.topic)
        entry = self._subscribed.get(key) or self._subscribed.get(message.topic)
        subtopic = self._subtopics.texts.get(message.subtopic, message.subtopic)
        handler = entry.handler(message.subtopic, subtopic) if entry is not None else None
        self._callbacks.run(handler or self.on_message, message)
