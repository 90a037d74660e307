"""Driver of the Python client for the conformance suite."""

import asyncio
import json
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "main" / "python"))
from smq_cluster_client import SmqClient, SmqError  # noqa: E402


def tell(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def message(got):
    ids = {"ptid": got.publisher, "tid": got.topic, "subtid": got.subtopic}
    tell("message", payload=got.payload.hex(), **ids)


def failing(got):
    raise RuntimeError("of the case")


class Driver:
    def __init__(self):
        self.smq = None
        self.calls = set()

    def settle(self, number, call):
        task = asyncio.ensure_future(self._settle(number, call))
        self.calls.add(task)
        task.add_done_callback(self.calls.discard)

    @staticmethod
    async def _settle(number, call):
        try:
            value = await call
            tell("done", id=number, value=value if isinstance(value, int) else None)
        except SmqError as error:
            tell("failed", id=number, error=error.kind)
        except (ValueError, TypeError):
            tell("failed", id=number, error="refused")

    def connect(self, id, url, uid=None, info="", credentials=None, ping=0):
        smq = SmqClient(
            url,
            uid=uid,
            info=info,
            credentials=credentials,
            ping=ping / 1000,
            backoff=(0.01, 0.05),
        )
        own = lambda: smq is self.smq  # noqa: E731
        smq.on_connect = lambda etid: own() and tell("connected", etid=etid, again=False)
        smq.on_reconnect = lambda etid: own() and tell("connected", etid=etid, again=True)
        smq.on_close = lambda why, again: own() and tell("closed", message=why, again=again)
        self.smq = smq
        self.settle(id, smq.start())

    def subscribe(self, id, topic, subtopic=None, throws=False):
        handler = failing if throws else message
        self.settle(id, self.smq.subscribe(topic, handler, subtopic))

    def unsubscribe(self, id, topic):
        self.smq.unsubscribe(topic)
        tell("done", id=id)

    def create(self, id, topic):
        self.settle(id, self.smq.create(topic))

    def createsub(self, id, subtopic):
        self.settle(id, self.smq.createsub(subtopic))

    def publish(self, id, topic, subtopic=None, payload=""):
        self.settle(id, self.smq.publish(bytes.fromhex(payload), topic, subtopic))

    def observe(self, id, tid):
        changed = lambda count: tell("change", tid=tid, subscribers=count)  # noqa: E731
        self.settle(id, self.smq.observe(tid, changed))

    def unobserve(self, id, tid):
        self.smq.unobserve(tid)
        tell("done", id=id)

    def disconnect(self, id):
        self.settle(id, self.smq.close())

    async def reset(self):
        smq, self.smq = self.smq, None
        if smq is not None:
            await smq.close()
        tell("reset")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: None)
    driver = Driver()
    tell("ready", client="smq_cluster_client", features=["restore", "frames"])
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line:
            return
        command = json.loads(line)
        answer = getattr(driver, command.pop("do"))(**command)
        if asyncio.iscoroutine(answer):
            await answer


asyncio.run(main())
