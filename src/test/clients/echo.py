"""Sends the messages of a topic back to their publishers: echo.py TOPIC URL..."""

import asyncio
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "main" / "python"))
from smq_cluster_client import SmqClient  # noqa: E402


async def main(topic, *urls):
    async with SmqClient(*urls) as smq:

        async def echo(message):
            await smq.publish(message.payload, message.publisher, "echo")

        await smq.subscribe(topic, echo)
        smq.on_reconnect = lambda etid: print("again", flush=True)
        print("ready", flush=True)
        await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
