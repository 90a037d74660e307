"""Calls of the application's handlers."""

import asyncio
import inspect

_MAX_TASKS = 1000


class Callbacks:
    """Runs handlers: functions at once, what is to be awaited as tasks. No failure goes further."""

    def __init__(self):
        self._tasks = set()

    def run(self, callback, *arguments):
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
            task.add_done_callback(self._done)

    async def room(self):
        """Returns when there are fewer tasks than there may be."""
        while len(self._tasks) >= _MAX_TASKS:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    def _done(self, task):
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._report(task.exception())

    @staticmethod
    def _report(error):
        context = {"message": "a handler of the SMQ client failed", "exception": error}
        asyncio.get_running_loop().call_exception_handler(context)
