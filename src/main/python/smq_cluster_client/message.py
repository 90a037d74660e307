"""A message as handlers get it."""

import json


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
