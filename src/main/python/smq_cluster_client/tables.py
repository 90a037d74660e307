"""What the client remembers over connections: subscriptions, and messages that wait."""

import asyncio
from collections import deque

from .packets import SmqError

class Subscription:
    """The handlers of one topic."""

    def __init__(self, tid):
        self.tid = tid
        #: by sub-topic: a name, an id, or None for all that have no handler of their own
        self.handlers = {}

    def handler(self, subtopic, name):
        """The handler of a sub-topic's id, whose name may be known."""
        return self.handlers.get(name) or self.handlers.get(subtopic) or self.handlers.get(None)


class Outgoing:
    """Messages in the order published, until the connection and their names' ids are there."""

    def __init__(self, most):
        self._most = most
        self._messages = deque()
        self._bytes = 0

    def add(self, topic, subtopic, data):
        """A future of the message's sending."""
        if self._messages and self._bytes + len(data) > self._most:
            raise SmqError("full", f"more than {self._most} bytes wait")
        sent = asyncio.get_running_loop().create_future()
        self._messages.append((topic, subtopic, data, sent))
        self._bytes += len(data)
        return sent

    def send(self, publish):
        """Hands over the messages that publish(topic, subtopic, data) takes, until it does not."""
        while self._messages and publish(*self._messages[0][:3]):
            data, sent = self._messages.popleft()[2:]
            self._bytes -= len(data)
            if not sent.done():
                sent.set_result(None)

    def withdraw(self, place, name, error):
        """Fails the messages that need a name, as topic (place 0) or sub-topic (1)."""
        gone = [message for message in self._messages if message[place] == name]
        self._messages = deque(m for m in self._messages if m[place] != name)
        for _, _, data, sent in gone:
            self._bytes -= len(data)
            if not sent.done():
                sent.set_exception(error)

    def end(self):
        """Forgets all messages; returns their futures."""
        waiting = [message[-1] for message in self._messages]
        self._messages.clear()
        self._bytes = 0
        return waiting
