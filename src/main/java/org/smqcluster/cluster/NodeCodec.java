package org.smqcluster.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jgroups.Address;
import org.jgroups.util.UUID;

/** A node as a value of the replicated cache. */
final class NodeCodec {

  /** The layout of the fixed fields. No version changes it: new fields are {@link Extension}s. */
  private static final int LAYOUT = 1;

  private static final int TAG_FORMAT = 1;

  private NodeCodec() {}

  /**
   * A node in the cache.
   *
   * @param address its address on the JGroups channel
   */
  record Held(NodeInfo info, Address address) {}

  static byte[] encode(NodeInfo info, Address address) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeByte(LAYOUT);
      UUID uuid = (UUID) address;
      out.writeLong(uuid.getMostSignificantBits());
      out.writeLong(uuid.getLeastSignificantBits());
      out.writeInt(info.id());
      out.writeUTF(info.name());
      out.writeByte(WireNumbers.NODE_STATE.of(info.state()));
      out.writeUTF(info.httpUrl().toString());
      out.writeInt(info.devicePort());
      out.writeUTF(info.version());
      out.writeLong(info.started().toEpochMilli());
      out.writeShort(info.figures().size());
      for (Map.Entry<String, Double> figure : info.figures().entrySet()) {
        out.writeUTF(figure.getKey());
        out.writeDouble(figure.getValue());
      }
      Extension.write(out, TAG_FORMAT, new byte[] {(byte) info.format()});
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The inverse of {@link #encode}.
   *
   * @throws UnknownFormatException if this node cannot read it
   */
  static Held decode(byte[] value) {
    try {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
      int layout = in.readByte();
      if (layout != LAYOUT) {
        throw new UnknownFormatException("a node's entry with layout " + layout);
      }
      Address address = new UUID(in.readLong(), in.readLong());
      int id = in.readInt();
      String name = in.readUTF();
      NodeState state = WireNumbers.NODE_STATE.constant(in.readByte());
      URI httpUrl = URI.create(in.readUTF());
      int devicePort = in.readInt();
      String version = in.readUTF();
      Instant started = Instant.ofEpochMilli(in.readLong());
      Map<String, Double> figures = new HashMap<>();
      for (int n = in.readShort(); n > 0; n--) {
        figures.put(in.readUTF(), in.readDouble());
      }
      byte[] told = Extension.read(in).get(TAG_FORMAT);
      int format = told == null ? FormatVersion.UNTOLD : told[0];
      return new Held(
          new NodeInfo(id, name, state, httpUrl, devicePort, version, format, started, figures),
          address);
    } catch (IOException | IllegalArgumentException e) {
      throw new UnknownFormatException("a node's entry", e);
    }
  }
}
