"""Names that the broker is asked to number, or to subscribe to, over connections."""

import asyncio

from . import packets
from .packets import SmqError

#: Bytes of a name in an error.
MAX_SHOWN = 100


class Names:
    """Names with the ids that they have, and futures of those that are asked for."""

    def __init__(self, question):
        self.question = question
        self.ids = {}
        self.texts = {}
        self.waiting = {}

    def learn(self, text, number):
        self.texts.pop(self.ids.get(text), None)
        self.ids[text] = number
        self.texts[number] = text


class Requests:
    """What was asked and is not answered. Without a connection, restore() asks."""

    def __init__(self, write):
        self._write = write
        self.topics = Names(packets.CREATE)
        self.subtopics = Names(packets.CREATESUB)
        #: futures by topic
        self._subscribing = {}
        self._restoring = set()

    @property
    def restored(self):
        """Whether all that restore() asked is answered."""
        return not self._restoring

    def question(self, table, key):
        """Asks for the id of a name unless it is an id, known, or asked for."""
        if isinstance(key, bytes) and key not in table.ids and key not in table.waiting:
            table.waiting[key] = []
            self._write(packets.named(table.question, key))

    async def ask(self, table, key):
        """The id of a name, or the id that it is."""
        self.question(table, key)
        if key not in table.waiting:
            return table.ids.get(key, key)
        future = asyncio.get_running_loop().create_future()
        table.waiting[key].append(future)
        return await future

    async def subscribe(self, topic):
        """The TID of a topic that is subscribed to from now on."""
        future = asyncio.get_running_loop().create_future()
        self._subscribing.setdefault(topic, []).append(future)
        self._write(packets.named(packets.SUBSCRIBE, topic))
        return await future

    def restore(self, subscribed):
        """On a new connection: asks for everything again, and for these subscriptions."""
        topics = set(subscribed) | set(self._subscribing)
        created = (set(self.topics.ids) - topics) | set(self.topics.waiting)
        subtopics = set(self.subtopics.ids) | set(self.subtopics.waiting)
        self._restoring = set()
        for kind, texts in (
            (packets.CREATESUB, subtopics),
            (packets.CREATE, created),
            (packets.SUBSCRIBE, topics),
        ):
            for text in texts:
                self._restoring.add((kind, text))
                self._write(packets.named(kind, text))

    def answered(self, kind, packet):
        """
        Settles what is answered; returns the name, its id, and None or why it was denied. None for
        what was not asked: kept, it could fill the memory.
        """
        accepted, number, text = packets.read_answer(packet)
        table = self.subtopics if kind == packets.CREATESUB else self.topics
        if not self._asked(kind, table, text):
            return None
        # a name may have 65,527 bytes, which no log line wants
        shown = text[:MAX_SHOWN].decode("utf-8", "replace")
        denied = None if accepted else SmqError("denied", "denied: " + shown)
        if accepted:
            table.learn(text, number)
        if kind != packets.SUBSCRIBE:
            futures = table.waiting.pop(text, [])
        elif (kind, text) in self._restoring:
            # asked once for all of them
            futures = self._subscribing.pop(text, [])
        else:
            waiting = self._subscribing.get(text, [])
            futures = waiting[:1]
            del waiting[:1]
            if not waiting:
                self._subscribing.pop(text, None)
        for future in futures:
            if not future.done():
                future.set_result(number) if accepted else future.set_exception(denied)
        self._restoring.discard((kind, text))
        return text, number, denied

    def _asked(self, kind, table, text):
        waiting = self._subscribing if kind == packets.SUBSCRIBE else table.waiting
        return text in waiting or (kind, text) in self._restoring

    def end(self):
        """Forgets all that waits; returns the futures."""
        waiting = []
        for table in (self.topics.waiting, self.subtopics.waiting, self._subscribing):
            waiting += [future for futures in table.values() for future in futures]
            table.clear()
        return waiting
