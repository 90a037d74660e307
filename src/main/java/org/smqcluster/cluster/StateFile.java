package org.smqcluster.cluster;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * A file of entries that is only appended to, or replaced whole: a header, then {@code length u32,
 * CRC-32 u32, content} each. What is written is on the disk when a method returns. Not thread-safe.
 */
final class StateFile implements AutoCloseable {

  /** The number is that of the layout; a file of another one is not read. */
  private static final byte[] HEADER = "SMQ state 1\n".getBytes(StandardCharsets.US_ASCII);

  private static final int ENTRY_HEADER = 2 * Integer.BYTES;
  private static final int MAX_ENTRY = 64 << 20;

  interface Reader {
    void read(DataInputStream content) throws IOException;
  }

  private final Path path;
  private FileChannel channel;

  /** Length of the part that is whole: a write that fails leaves more, which the next one cuts. */
  private long size;

  StateFile(Path path) {
    this.path = path;
  }

  /**
   * Reads the entries, the oldest first, up to the first that is damaged.
   *
   * @return bytes from the damaged one on, 0 if the file is whole or is not there
   */
  long read(Reader reader) throws IOException {
    if (!isThere(path)) {
      return 0;
    }
    long left = Files.size(path);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
      if (!Arrays.equals(in.readNBytes(HEADER.length), HEADER)) {
        return Math.max(1, left);
      }
      left -= HEADER.length;
      while (left >= ENTRY_HEADER) {
        int length = in.readInt();
        int sum = in.readInt();
        // 0 has a right sum in a part that a power cut has left full of zeros
        if (length < 1 || length > MAX_ENTRY || length > left - ENTRY_HEADER) {
          return left;
        }
        byte[] content = in.readNBytes(length);
        if (sum != sum(content)) {
          return left;
        }
        reader.read(new DataInputStream(new ByteArrayInputStream(content)));
        left -= ENTRY_HEADER + length;
      }
      return left;
    }
  }

  /**
   * Whether there is a file.
   *
   * @throws IOException if it is something else: a pipe would be waited for, and a link would have
   *     another's file written
   */
  static boolean isThere(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    } else if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(path.toString(), null, "not a regular file; take it away");
    }
    return true;
  }

  /** Keeps a copy of the file as it is, in place of an earlier copy. */
  Path setAside() throws IOException {
    Path copy = path.resolveSibling(path.getFileName() + ".damaged");
    return Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Replaces the file by one with these entries; if that fails, the file is as before. */
  void replace(Stream<byte[]> contents) throws IOException {
    Path next = path.resolveSibling(path.getFileName() + ".new");
    if (isThere(next)) {
      Files.delete(next);
    }
    FileChannel written =
        FileChannel.open(next, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(written), 1 << 16);
      out.write(HEADER);
      DataOutputStream entries = new DataOutputStream(out);
      contents.forEach(content -> write(entries, content));
      out.flush();
      written.force(true);
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceName();
    } catch (UncheckedIOException e) {
      written.close();
      throw e.getCause();
    } catch (IOException | RuntimeException | Error e) {
      written.close();
      throw e;
    }
    close();
    channel = written;
    size = written.size();
  }

  /** Else a power cut may bring back the file of before, without what is appended to this one. */
  private void forceName() throws IOException {
    try (FileChannel directory = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Appends entries to a file that {@link #replace} has written. */
  void append(Stream<byte[]> contents) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream entries = new DataOutputStream(bytes);
    contents.forEach(content -> write(entries, content));
    channel.truncate(size).position(size);
    for (ByteBuffer left = ByteBuffer.wrap(bytes.toByteArray()); left.hasRemaining(); ) {
      channel.write(left);
    }
    channel.force(false);
    size += bytes.size();
  }

  private static void write(DataOutputStream out, byte[] content) {
    try {
      out.writeInt(content.length);
      out.writeInt(sum(content));
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int sum(byte[] content) {
    CRC32 sum = new CRC32();
    sum.update(content);
    return (int) sum.getValue();
  }

  /** Length of the file, in bytes. */
  long size() {
    return size;
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
