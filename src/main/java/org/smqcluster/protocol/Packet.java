package org.smqcluster.protocol;

import java.util.Arrays;

/**
 * A packet of the protocol (SMQ section 2), one record a type. All integers are unsigned 32-bit
 * values in an {@code int} unless said.
 */
public sealed interface Packet {

  /** The type by which the wire names this packet. */
  PacketType type();

  /** Broker: the first packet on a connection. {@code address} is the client's IP as text. */
  record Init(int seed, String address) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.INIT;
    }
  }

  /**
   * Client: its identity. {@code maxSize} is the largest packet (type and body, in bytes) that it
   * can take, 0 for any; version 1 has no such field. {@code credentials} must not be modified.
   */
  record Connect(int version, int maxSize, String uid, byte[] credentials, String info)
      implements Packet {
    @Override
    public PacketType type() {
      return PacketType.CONNECT;
    }

    /** A version 1 Connect. */
    public static Connect version1(String uid, byte[] credentials, String info) {
      return new Connect(1, 0, uid, credentials, info);
    }
  }

  /** Broker: the answer to Connect; {@code reason} is empty when accepted. */
  record Connack(ConnackCode code, int etid, String reason) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.CONNACK;
    }
  }

  /** Client: subscribe to a topic by name, creating it. */
  record Subscribe(String topic) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.SUBSCRIBE;
    }
  }

  /** Broker: the answer to Subscribe; {@code tid} is 0 when denied. */
  record Suback(boolean accepted, int tid, String topic) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.SUBACK;
    }
  }

  /** Client: the TID of a topic, creating it, without subscribing. */
  record Create(String topic) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.CREATE;
    }
  }

  /** Broker: the answer to Create; {@code tid} is 0 when denied. */
  record Createack(boolean accepted, int tid, String topic) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.CREATEACK;
    }
  }

  /**
   * A message. Backed by its encoded form, which goes to the receivers unchanged: forwarding one
   * copies nothing.
   */
  record Publish(EncodedPacket encoded) implements Packet {

    /** Makes a message of its parts; the payload is copied, {@code MAX_PAYLOAD} bytes at most. */
    public static Publish of(int tid, int ptid, int subtid, byte[] payload) {
      if (payload.length > ProtocolLimits.MAX_PAYLOAD) {
        throw new IllegalArgumentException(
            "payload of " + payload.length + " bytes, at most " + ProtocolLimits.MAX_PAYLOAD);
      }
      EncodedPacket encoded =
          EncodedPacket.allocate(
              PacketType.PUBLISH, ProtocolLimits.PUBLISH_HEADER + payload.length);
      encoded.body().putInt(tid).putInt(ptid).putInt(subtid).put(payload);
      return new Publish(encoded);
    }

    @Override
    public PacketType type() {
      return PacketType.PUBLISH;
    }

    /** The topic, or the ETID of the only receiver. */
    public int tid() {
      return encoded.bodyInt(0);
    }

    /** The ETID of the publisher. */
    public int ptid() {
      return encoded.bodyInt(4);
    }

    /** The sub-topic, 0 for none. */
    public int subtid() {
      return encoded.bodyInt(8);
    }

    /** Bytes of the payload. */
    public int payloadLength() {
      return encoded.bodyLength() - ProtocolLimits.PUBLISH_HEADER;
    }

    /** A copy of the payload. */
    public byte[] payload() {
      byte[] raw = encoded.raw();
      return Arrays.copyOfRange(
          raw, ProtocolLimits.MIN_RAW_PACKET + ProtocolLimits.PUBLISH_HEADER, raw.length);
    }
  }

  /** Client: end a subscription; has no answer. */
  record Unsubscribe(int tid) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.UNSUBSCRIBE;
    }
  }

  /** Either side: the connection ends; {@code reason} may be empty. */
  record Disconnect(String reason) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.DISCONNECT;
    }
  }

  /** Either side: answer with Pong. */
  record Ping() implements Packet {
    @Override
    public PacketType type() {
      return PacketType.PING;
    }
  }

  /** Either side: the answer to Ping. */
  record Pong() implements Packet {
    @Override
    public PacketType type() {
      return PacketType.PONG;
    }
  }

  /** Client: report changes of a topic's subscriber count, or the end of an ETID. */
  record Observe(int tid) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.OBSERVE;
    }
  }

  /** Client: end an observation; has no answer. */
  record Unobserve(int tid) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.UNOBSERVE;
    }
  }

  /** Broker: the count of an observed topic, or 0 for an ETID that is gone. */
  record Change(int tid, int subscribers) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.CHANGE;
    }
  }

  /** Client: the id of a sub-topic, creating it. */
  record Createsub(String subtopic) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.CREATESUB;
    }
  }

  /** Broker: the answer to Createsub; {@code subtid} is 0 when denied. */
  record Createsuback(boolean accepted, int subtid, String subtopic) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.CREATESUBACK;
    }
  }

  /**
   * Client, raw transport only: a part of a message. {@code tid} is 0 in every fragment but the
   * last, whose header counts. {@code payload} must not be modified.
   */
  record PubFrag(int tid, int ptid, int subtid, byte[] payload) implements Packet {
    @Override
    public PacketType type() {
      return PacketType.PUBFRAG;
    }
  }
}
