"""SMQ publish/subscribe client for asyncio, with fail-over over several nodes."""

from .client import SmqClient
from .message import Message
from .packets import MAX_NAME, MAX_PAYLOAD, SmqError

__all__ = ["MAX_NAME", "MAX_PAYLOAD", "Message", "SmqClient", "SmqError"]
