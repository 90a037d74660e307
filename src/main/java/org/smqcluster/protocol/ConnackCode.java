package org.smqcluster.protocol;

/** The codes of Connack (SMQ section 2); the ordinal is the number on the wire. */
public enum ConnackCode {
  ACCEPTED,
  /** Also: a UID that is too short, a first packet that is no Connect. */
  UNACCEPTABLE_VERSION,
  /** Also: no Connect in time. */
  UNAVAILABLE,
  BAD_CREDENTIALS,
  CERTIFICATE_REQUIRED,
  CERTIFICATE_NOT_ACCEPTED,
  ACCESS_DENIED;

  private static final ConnackCode[] VALUES = values();

  /**
   * The code with this number. A number that the protocol does not have is a refusal all the same:
   * {@link #UNAVAILABLE}.
   */
  public static ConnackCode of(int number) {
    return number >= 0 && number < VALUES.length ? VALUES[number] : UNAVAILABLE;
  }
}
