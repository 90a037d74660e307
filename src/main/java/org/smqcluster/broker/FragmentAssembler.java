package org.smqcluster.broker;

import java.io.ByteArrayOutputStream;
import org.smqcluster.protocol.Ids;
import org.smqcluster.protocol.MalformedPacketException;
import org.smqcluster.protocol.Packet.PubFrag;
import org.smqcluster.protocol.Packet.Publish;
import org.smqcluster.protocol.ProtocolLimits;

/** Puts a client's PubFrag packets together. Other packets may come between them. One thread. */
final class FragmentAssembler {

  private ByteArrayOutputStream payload;

  /** Bytes of payload that are kept until the message is whole. */
  int size() {
    return payload == null ? 0 : payload.size();
  }

  /**
   * Adds a fragment.
   *
   * @return the whole message with the last fragment's header, or null if there is more to come
   * @throws MalformedPacketException if it gets longer than a payload may be
   */
  Publish add(PubFrag fragment) throws MalformedPacketException {
    if (payload == null) {
      payload = new ByteArrayOutputStream();
    }
    if (payload.size() + fragment.payload().length > ProtocolLimits.MAX_PAYLOAD) {
      payload = null;
      throw new MalformedPacketException(MalformedPacketException.Reason.TOO_LONG);
    }
    payload.writeBytes(fragment.payload());
    if (fragment.tid() == Ids.NONE) {
      return null;
    }
    byte[] whole = payload.toByteArray();
    payload = null;
    return Publish.of(fragment.tid(), fragment.ptid(), fragment.subtid(), whole);
  }
}
