"""The client: what the application wants, and the connection that carries it out."""

import asyncio
import inspect
import json
import os
import random
from collections import deque

from . import packets
from .packets import SmqError
from .transport import check, open_transport

_SELF = b"self"
_UNAVAILABLE = 2
_MAX_TASKS = 1000
_GRACE = 1.0


class Message:
    """A message: payload (bytes), and the ids of publisher, topic and subtopic."""

    __slots__ = ("payload", "publisher", "topic", "subtopic")

    def __init__(self, topic, publisher, subtopic, payload):
        self.topic = topic
        self.publisher = publisher
        self.subtopic = subtopic
        self.payload = payload

    def text(self):
        return self.payload.decode("utf-8")

    def json(self):
        return json.loads(self.payload)


class _Names:
    """Names that the broker is asked to number; the table outlives connections."""

    def __init__(self, question):
        self.question = question
        self.ids = {}
        self.texts = {}
        self.waiting = {}

    def learn(self, text, number):
        self.texts.pop(self.ids.get(text), None)
        self.ids[text] = number
        self.texts[number] = text


class _Topic:
    def __init__(self, tid):
        self.tid = tid
        #: by sub-topic: a name, an id, or None for all that have no handler of their own
        self.handlers = {}


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
        self._uid = packets.exact_bytes("a UID", uid or "python-" + os.urandom(8).hex(), 6, 255)
        self._info = packets.exact_bytes("an info", info, 0, packets.MAX_INFO)
        self._credentials = credentials
        self._ping = ping
        self._connect_timeout = connect_timeout
        self._backoff = backoff
        self._max_queue = max_queue
        self._ssl = ssl
        self._headers = dict(headers or {})
        #: on_connect(etid), on_reconnect(etid), on_close(reason, again), on_message(message)
        self.on_connect = on_connect
        self.on_reconnect = on_reconnect
        self.on_close = on_close
        #: messages that no subscription takes
        self.on_message = on_message
        self._topics = _Names(packets.CREATE)
        self._subtopics = _Names(packets.CREATESUB)
        self._subscribing = {}
        self._subscribed = {_SELF: _Topic(0)}
        self._observed = {}
        self._outgoing = deque()
        self._outgoing_bytes = 0
        self._transport = None
        self._online = False
        self._restoring = set()
        self._etid = 0
        self._connections = 0
        self._heard = False
        self._end = None
        self._run_task = None
        self._tasks = set()
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
        if self._transport is not None:
            self._transport.write(bytes([packets.DISCONNECT]))
        self._finish(SmqError("ended", "the client is closed"))
        task = self._run_task
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.wait([task])

    def _finish(self, reason):
        if self._end is not None:
            return
        self._end = reason
        self._online = False
        waiting = [self._ready] if self._ready is not None else []
        for table in (self._topics.waiting, self._subtopics.waiting, self._subscribing):
            waiting += [future for futures in table.values() for future in futures]
            table.clear()
        waiting += [message[-1] for message in self._outgoing]
        self._outgoing.clear()
        for future in waiting:
            if not future.done():
                future.set_exception(reason)
                future.exception()  # the application may have given up waiting
        self._call(self.on_close, str(reason), False)

    async def _run(self):
        reason = SmqError("ended", "the client is closed")
        attempt = 0
        index = 0
        try:
            while self._end is None:
                before = self._connections
                try:
                    await self._session(self._urls[index % len(self._urls)])
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
                self._call(self.on_close, str(why) or type(why).__name__, True)
                least, most = self._backoff
                ceiling = min(most, least * 2 ** min(attempt, 20))
                await asyncio.sleep(ceiling * random.uniform(0.5, 1))
        except Exception as error:  # of the application's credentials, say
            reason = SmqError("ended", f"the client failed: {error!r}")
            reason.__cause__ = error
        finally:
            self._finish(reason)

    async def _session(self, url):
        """One connection, until it is lost: always ends by an exception."""
        limit = self._connect_timeout
        transport = await asyncio.wait_for(open_transport(url, self._ssl, self._headers), limit)
        heartbeat = None
        try:
            seed, address = packets.read_init(await self._within(limit, transport.read()))
            secret = await self._secret(seed, address)
            transport.write(packets.connect(self._uid, secret, self._info))
            answer = await self._within(limit, transport.read())
            self._etid = self._accepted(answer)
            self._transport = transport
            self._restore()
            heartbeat = asyncio.ensure_future(self._beat(transport)) if self._ping else None
            while True:
                self._heard = True
                self._received(await transport.read())
                while len(self._tasks) >= _MAX_TASKS:
                    await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._transport = None
            self._online = False
            if heartbeat is not None:
                heartbeat.cancel()
            transport.close()

    async def _within(self, limit, reading):
        """Waits so long. wait_for may lose a cancellation: at the end it is not begun again."""
        if self._end is not None:
            reading.close()
            raise self._end
        return await asyncio.wait_for(reading, limit)

    async def _secret(self, seed, address):
        secret = self._credentials
        if callable(secret):
            secret = secret(seed, address)
            if inspect.isawaitable(secret):
                secret = await secret
        return packets.exact_bytes("credentials", secret or b"", 0, 255)

    @staticmethod
    def _accepted(packet):
        if len(packet) < 6 or packet[0] != packets.CONNACK:
            raise SmqError("lost", "the broker's answer to Connect is no Connack")
        accepted, etid, reason = packets.read_answer(packet)
        if not accepted:
            text = reason.decode("utf-8", "replace") or f"code {packet[1]}"
            raise SmqError("lost" if packet[1] == _UNAVAILABLE else "ended", "refused: " + text)
        return etid

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

    # ---- what the application asks for --------------------------------------------------

    async def create(self, topic):
        """The TID of a topic."""
        key = packets.name(topic)
        return await self._ask(self._topics, key) if isinstance(key, bytes) else key

    async def createsub(self, subtopic):
        """The id of a sub-topic."""
        key = packets.name(subtopic)
        return await self._ask(self._subtopics, key) if isinstance(key, bytes) else key

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
            entry = self._subscribed[key] = _Topic(key if isinstance(key, int) else 0)
        # at once, for messages may come right behind the broker's answer
        entry.handlers[sub] = handler
        try:
            asked = [self._ask(self._subtopics, sub)] if isinstance(sub, bytes) else []
            if isinstance(key, bytes) and key != _SELF:
                asked.append(self._expect(self._subscribing, key, packets.SUBSCRIBE))
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
            self._send(packets.with_id(packets.UNSUBSCRIBE, entry.tid))

    async def publish(self, data, topic, subtopic=None):
        """
        Publishes text or bytes to a topic, an ETID or "self"; returns when the message is handed to
        the connection. Without one it waits, max_queue bytes at most; then SmqError "full".
        """
        data = packets.payload(data)
        key = packets.name(topic)
        sub = 0 if subtopic is None else packets.name(subtopic)
        self._check_open()
        if self._outgoing and self._outgoing_bytes + len(data) > self._max_queue:
            raise SmqError("full", f"more than {self._max_queue} bytes wait")
        sent = asyncio.get_running_loop().create_future()
        self._outgoing.append((key, sub, data, sent))
        self._outgoing_bytes += len(data)
        self._question(self._topics, key)
        self._question(self._subtopics, sub)
        self._flush()
        await sent
        transport = self._transport
        if transport is not None:
            await self._drained(transport)

    @staticmethod
    async def _drained(transport):
        try:
            await transport.drain()
        except OSError:
            pass  # handed over; the reader tells of the loss

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
                self._send(packets.with_id(packets.OBSERVE, number))

    def unobserve(self, topic):
        key = packets.name(topic)
        number = self._topics.ids.get(key) if isinstance(key, bytes) else key
        if self._observed.pop(number, None) is not None:
            self._send(packets.with_id(packets.UNOBSERVE, number))

    def _check_open(self):
        if self._end is not None:
            raise self._end

    # ---- names --------------------------------------------------------------------------

    def _send(self, packet):
        if self._transport is not None:
            self._transport.write(packet)

    def _question(self, table, key):
        """Asks for the id of a name unless it is known or asked for."""
        known = isinstance(key, int) or key in table.ids or key in table.waiting
        if not known and not (table is self._topics and key == _SELF):
            table.waiting[key] = []
            self._send(packets.named(table.question, key))

    async def _ask(self, table, key):
        self._check_open()
        if table is self._topics and key == _SELF:
            return self._etid
        self._question(table, key)
        if key not in table.waiting:
            return table.ids[key]
        future = asyncio.get_running_loop().create_future()
        table.waiting[key].append(future)
        return await future

    async def _expect(self, table, key, question):
        self._check_open()
        future = asyncio.get_running_loop().create_future()
        table.setdefault(key, []).append(future)
        self._send(packets.named(question, key))
        return await future

    def _restore(self):
        """On a new connection: asks for everything again; messages go when all is answered."""
        topics = [key for key in self._subscribed if isinstance(key, bytes) and key != _SELF]
        topics = set(topics) | set(self._subscribing)
        created = (set(self._topics.ids) - topics) | set(self._topics.waiting)
        subtopics = set(self._subtopics.ids) | set(self._subtopics.waiting)
        self._restoring = set()
        for kind, texts in (
            (packets.CREATESUB, subtopics),
            (packets.CREATE, created),
            (packets.SUBSCRIBE, topics),
        ):
            for text in texts:
                self._restoring.add((kind, text))
                self._send(packets.named(kind, text))
        self._go_online()

    def _go_online(self):
        if self._restoring or self._online:
            return
        self._online = True
        for number in self._observed:
            self._send(packets.with_id(packets.OBSERVE, number))
        self._flush()
        self._connections += 1
        if not self._ready.done():
            self._ready.set_result(None)
        self._call(self.on_reconnect if self._connections > 1 else self.on_connect, self._etid)

    def _answered(self, kind, packet):
        accepted, number, text = packets.read_answer(packet)
        denied = SmqError("denied", "denied: " + text.decode("utf-8", "replace"))
        table = self._subtopics if kind == packets.CREATESUB else self._topics
        if accepted:
            table.learn(text, number)
        if kind == packets.SUBSCRIBE:
            futures = self._subscribing.get(text, [])
            if (kind, text) in self._restoring:
                # asked once for all of them
                self._subscribing.pop(text, None)
            else:
                futures = futures[:1]
                del self._subscribing.get(text, [])[:1]
                if not self._subscribing.get(text):
                    self._subscribing.pop(text, None)
            self._subscription(text, number if accepted else 0)
        else:
            futures = table.waiting.pop(text, [])
            if not accepted:
                self._withdraw(kind, text, denied)
        for future in futures:
            if not future.done():
                future.set_result(number) if accepted else future.set_exception(denied)
        self._restoring.discard((kind, text))
        self._go_online()
        self._flush()

    def _subscription(self, text, tid):
        entry = self._subscribed.get(text)
        if entry is None:
            if tid:
                self._send(packets.with_id(packets.UNSUBSCRIBE, tid))
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
        while self._online and self._outgoing:
            key, sub, data, sent = self._outgoing[0]
            tid = self._id_of(self._topics, key)
            subtid = self._id_of(self._subtopics, sub)
            if tid is None or subtid is None:
                return
            self._transport.write(packets.publish(tid, self._etid, subtid, data))
            self._outgoing.popleft()
            self._outgoing_bytes -= len(data)
            if not sent.done():
                sent.set_result(None)

    def _withdraw(self, kind, text, error):
        """Takes out the messages that need a name which the broker denied."""
        place = 1 if kind == packets.CREATESUB else 0
        gone = [message for message in self._outgoing if message[place] == text]
        self._outgoing = deque(m for m in self._outgoing if m[place] != text)
        for _, _, data, sent in gone:
            self._outgoing_bytes -= len(data)
            if not sent.done():
                sent.set_exception(error)

    def _received(self, packet):
        kind = packet[0]
        if kind == packets.PUBLISH and len(packet) >= 13:
            self._deliver(Message(*packets.read_publish(packet)))
        elif kind in (packets.SUBACK, packets.CREATEACK, packets.CREATESUBACK) and len(packet) > 5:
            self._answered(kind - 1, packet)
        elif kind == packets.CHANGE and len(packet) >= 9:
            self._changed(*packets.read_change(packet))
        elif kind == packets.PING:
            self._send(bytes([packets.PONG]))
        elif kind == packets.DISCONNECT:
            reason = packet[1:].decode("utf-8", "replace")
            raise SmqError("ended", "disconnected by the broker: " + reason)
        elif kind != packets.PONG:
            raise SmqError("lost", f"the broker sent a malformed packet of type {kind}")

    def _changed(self, number, subscribers):
        handler = self._observed.get(number)
        if subscribers == 0 and number not in self._topics.texts:
            self._observed.pop(number, None)
        self._call(handler, subscribers)

    def _deliver(self, message):
        key = _SELF if message.topic == self._etid else self._topics.texts.get(message.topic)
        entry = self._subscribed.get(key) or self._subscribed.get(message.topic)
        handlers = entry.handlers if entry is not None else {}
        handler = handlers.get(self._subtopics.texts.get(message.subtopic, message.subtopic))
        handler = handler or handlers.get(message.subtopic) or handlers.get(None)
        self._call(handler or self.on_message, message)

    def _call(self, callback, *arguments):
        """Runs a callback of the application; what it raises is reported and goes no further."""
        if callback is None:
            return
        try:
            answer = callback(*arguments)
        except Exception as error:
            self._report(error)
            return
        if inspect.isawaitable(answer):
            task = asyncio.ensure_future(answer)
            self._tasks.add(task)
            task.add_done_callback(self._task_done)

    def _task_done(self, task):
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._report(task.exception())

    @staticmethod
    def _report(error):
        context = {"message": "a handler of the SMQ client failed", "exception": error}
        asyncio.get_running_loop().call_exception_handler(context)
