package org.smqcluster.protocol;

/**
 * A packet that breaks the wire format. Carries no stack trace: hostile input must be cheap to
 * refuse.
 */
public final class MalformedPacketException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why a packet was refused. */
  public enum Reason {
    /** A raw length below 3. */
    BAD_LENGTH("bad packet length"),
    /** Type 0, 10 or 20 to 255. */
    RESERVED_TYPE("reserved packet type"),
    /** The body ends before its fixed part does. */
    TOO_SHORT("packet too short"),
    /** More than the largest packet or payload. */
    TOO_LONG("packet too long"),
    /** A Connect or Init of an unknown version. */
    UNACCEPTABLE_VERSION("unacceptable protocol version");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** What the peer is told. */
    public String text() {
      return text;
    }
  }

  private final Reason reason;

  public MalformedPacketException(Reason reason) {
    super(reason.text(), null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
