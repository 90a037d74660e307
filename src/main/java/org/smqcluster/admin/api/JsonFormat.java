package org.smqcluster.admin.api;

import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import jakarta.json.bind.Jsonb;
import jakarta.json.bind.JsonbBuilder;
import jakarta.json.bind.JsonbConfig;
import jakarta.json.bind.serializer.DeserializationContext;
import jakarta.json.bind.serializer.JsonbDeserializer;
import jakarta.json.stream.JsonParser;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.function.Function;
import org.smqcluster.admin.problem.ApiException;
import org.smqcluster.admin.problem.Problem;
import org.smqcluster.broker.spi.ParserInput;

/**
 * Reads the JSON of requests and writes that of answers as a stream, so that no answer is in memory
 * as a whole; members without a value are null. It does both itself, because Payara's lookup of an
 * application's {@link Jsonb} fails when the first answers after a start are written at the same
 * time. Requests and answers are records: a provider for {@code Object} would compete with the
 * server's own, in an order that differs from start to start.
 */
@Provider
@Produces({MediaType.APPLICATION_JSON, Problem.MEDIA_TYPE})
@Consumes(MediaType.APPLICATION_JSON)
public class JsonFormat implements MessageBodyReader<Record>, MessageBodyWriter<Record> {

  static final Jsonb JSONB =
      JsonbBuilder.create(
          new JsonbConfig().withNullValues(true).withDeserializers(new Ints(), new Longs()));

  /** JSON Binding takes the lower bits of a number that is too large: another client's ETID. */
  private static final class Ints implements JsonbDeserializer<Integer> {

    @Override
    public Integer deserialize(JsonParser parser, DeserializationContext context, Type type) {
      return whole(parser, Integer::valueOf);
    }
  }

  private static final class Longs implements JsonbDeserializer<Long> {

    @Override
    public Long deserialize(JsonParser parser, DeserializationContext context, Type type) {
      return whole(parser, Long::valueOf);
    }
  }

  private static <N> N whole(JsonParser parser, Function<String, N> parsed) {
    JsonValue value = parser.getValue();
    return value.getValueType() == ValueType.NULL ? null : parsed.apply(value.toString());
  }

  @Override
  public boolean isReadable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
    return type.isRecord();
  }

  @Override
  public Record readFrom(
      Class<Record> type,
      Type generic,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream in) {
    try {
      return JSONB.fromJson(new ParserInput(in), generic);
    } catch (ApiException e) {
      throw e;
    } catch (RuntimeException e) {
      // the parser has no exception of its own for what is nested too deeply
      throw ApiException.badRequest("The request's body is not the JSON that is expected.");
    }
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
    return type.isRecord();
  }

  @Override
  public void writeTo(
      Record answer,
      Class<?> type,
      Type generic,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream out)
      throws IOException {
    Unclosed unclosed = new Unclosed(out);
    try {
      JSONB.toJson(answer, unclosed);
    } catch (RuntimeException e) {
      if (unclosed.failure != null) {
        // the browser is gone
        throw unclosed.failure;
      }
      throw e;
    }
  }

  /** JSON Binding closes what it writes to, and hides why it cannot write. */
  private static final class Unclosed extends FilterOutputStream {

    private IOException failure;

    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public void flush() {
      // the container does it at the end of the answer
    }

    @Override
    public void close() {
      // it is the container's
    }
  }
}
