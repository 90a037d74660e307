package org.smqcluster.protocol;

/** The codes of Connack (SMQ section 2); the ordinal is the number on the wire. */
public enum ConnackCode {
  /** 0: the client is connected. */
  ACCEPTED,
  /**
   * 1: a version other than 1 or 2, a UID that is too short, a first packet that is not Connect.
   */
  UNACCEPTABLE_VERSION,
  /** 2: come later, or to another node; also no Connect in time. */
  UNAVAILABLE,
  /** 3: no credentials, or wrong ones. */
  BAD_CREDENTIALS,
  /** 4: the client has to show a certificate. */
  CERTIFICATE_REQUIRED,
  /** 5: the client's certificate is revoked, has expired or names no user. */
  CERTIFICATE_NOT_ACCEPTED,
  /**
   * 6: the client may not have its UID, is banned, or comes from an address that is not allowed.
   */
  ACCESS_DENIED;

  private static final ConnackCode[] VALUES = values();

  /**
   * The code with this number. A number that the protocol does not have is a refusal, too: {@link
   * #UNAVAILABLE}.
   */
  public static ConnackCode of(int number) {
    return number >= 0 && number < VALUES.length ? VALUES[number] : UNAVAILABLE;
  }
}
