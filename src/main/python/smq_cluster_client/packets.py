"""Packets of the SMQ protocol (SMQ section 2): type, then body; integers are big-endian."""

import struct

INIT, CONNECT, CONNACK, SUBSCRIBE, SUBACK, CREATE, CREATEACK = 1, 2, 3, 4, 5, 6, 7
PUBLISH, UNSUBSCRIBE, DISCONNECT, PING, PONG = 8, 9, 11, 12, 13
OBSERVE, UNOBSERVE, CHANGE, CREATESUB, CREATESUBACK = 14, 15, 16, 17, 18

VERSION = 1
#: Largest payload of a message, in bytes.
MAX_PAYLOAD = 0xFFF0
#: Longest name of a topic or sub-topic, in bytes, that fits into a packet and into its answer.
MAX_NAME = 65527
MAX_ID = 0xFFFFFFFF
#: Longest info, in bytes, in a Connect whose other fields are the longest.
MAX_INFO = 65017

_HEADER = struct.Struct(">BIII")
_ANSWER = struct.Struct(">BBI")
_CHANGE = struct.Struct(">BII")
_ID = struct.Struct(">BI")


class SmqError(Exception):
    """Why a call failed or a client ended. kind: "denied", "ended", "full" or "lost"."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def exact_bytes(what, text, least, most):
    """The bytes of a text that has to arrive as it is; ValueError if no packet can carry it."""
    try:
        data = text.encode("utf-8") if isinstance(text, str) else bytes(text)
    except UnicodeEncodeError as error:
        raise ValueError(f"{what} has half a character (a lone surrogate) in it") from error
    if not least <= len(data) <= most:
        raise ValueError(f"{what} of {len(data)} bytes; it takes {least} to {most}")
    return data


def name(value):
    """A name as bytes, or an id as it is; ValueError or TypeError for what is neither."""
    if isinstance(value, str):
        return exact_bytes("a name", value, 0, MAX_NAME)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a topic or sub-topic is a name or an id")
    if not 0 <= value <= MAX_ID:
        raise ValueError("an id has 32 bits")
    return value


def payload(data):
    """The bytes of a payload: text as UTF-8, or anything that has bytes."""
    if isinstance(data, str):
        data = data.encode("utf-8")
    elif isinstance(data, int):
        raise TypeError("a payload is text or bytes")
    data = bytes(data)
    if len(data) > MAX_PAYLOAD:
        raise ValueError(f"a payload of {len(data)} bytes; at most {MAX_PAYLOAD} go")
    return data


def connect(uid, credentials, info):
    fields = bytes([CONNECT, VERSION, len(uid)]) + uid
    return fields + bytes([len(credentials)]) + credentials + info


def named(kind, text):
    return bytes([kind]) + text


def with_id(kind, number):
    return _ID.pack(kind, number)


def publish(tid, ptid, subtid, data):
    return _HEADER.pack(PUBLISH, tid, ptid, subtid) + data


def read_publish(packet):
    """(tid, ptid, subtid, payload)."""
    _, tid, ptid, subtid = _HEADER.unpack_from(packet)
    return tid, ptid, subtid, packet[_HEADER.size :]


def read_answer(packet):
    """(accepted, id, name) of Suback, Createack and Createsuback; of Connack the name is a reason."""
    _, status, number = _ANSWER.unpack_from(packet)
    return status == 0, number, packet[_ANSWER.size :]


def read_change(packet):
    """(id, subscribers)."""
    _, number, subscribers = _CHANGE.unpack_from(packet)
    return number, subscribers


def read_init(packet):
    """(seed, address)."""
    if len(packet) < 6 or packet[0] != INIT or packet[1] != VERSION:
        raise SmqError("lost", "the broker's first packet is not Init of version 1")
    return struct.unpack_from(">I", packet, 2)[0], packet[6:].decode("utf-8", "replace")
