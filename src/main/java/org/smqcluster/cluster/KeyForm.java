package org.smqcluster.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The bytes of a table's keys, in questions between nodes and in files.
 *
 * @param <K> key type of the table
 */
record KeyForm<K>(Writer<K> writer, Reader<K> reader) {

  static final KeyForm<String> TEXT = new KeyForm<>(DataOutput::writeUTF, DataInput::readUTF);
  static final KeyForm<Long> LONG = new KeyForm<>(DataOutput::writeLong, DataInput::readLong);
  static final KeyForm<Integer> INT = new KeyForm<>(DataOutput::writeInt, DataInput::readInt);

  interface Writer<K> {
    void write(DataOutput out, K key) throws IOException;
  }

  interface Reader<K> {
    K read(DataInput in) throws IOException;
  }
}
