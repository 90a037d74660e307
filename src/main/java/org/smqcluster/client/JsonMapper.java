package org.smqcluster.client;

import java.io.IOException;

/** Turns objects into JSON and back, by whatever library the application has. */
public interface JsonMapper {

  /** The value as JSON in UTF-8. */
  byte[] toBytes(Object value) throws IOException;

  /** The value that this JSON stands for. */
  <T> T fromBytes(byte[] json, Class<T> type) throws IOException;
}
