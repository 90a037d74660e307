package org.smqcluster.conformance;

/**
 * A rule of the protocol and how to see that it holds.
 *
 * @param section of the wire protocol's description
 * @param sentence what holds
 * @param transports where the rule applies
 * @param script plays it
 */
record Rule(String section, String sentence, Transports transports, Script script) {

  /** Which transports know the rule. */
  enum Transports {
    ALL,
    RAW,
    WEBSOCKET
  }

  /** Plays a rule; throws what assertions throw. */
  interface Script {
    void play(ConformanceFixture stage) throws Exception;
  }

  static Rule rule(String section, String sentence, Script script) {
    return new Rule(section, sentence, Transports.ALL, script);
  }

  static Rule raw(String section, String sentence, Script script) {
    return new Rule(section, sentence, Transports.RAW, script);
  }

  static Rule webSocket(String section, String sentence, Script script) {
    return new Rule(section, sentence, Transports.WEBSOCKET, script);
  }

  @Override
  public String toString() {
    return section + " " + sentence;
  }
}
