package org.smqcluster.config;

import java.util.List;

/** The keys of administration. */
public final class AdminKeys {

  /** How the name of the cookie of a login begins; the cluster's name follows. */
  public static final String LOGIN_COOKIE = "smq-admin-";

  static final ConfigKey.KeyList KEYS = new ConfigKey.KeyList();

  /** Access to /metrics and /health. */
  public enum MonitoringAccess {
    ANYBODY,
    LOOPBACK,
    VIEWERS
  }

  public static final ConfigKey<List<String>> USERS =
      KEYS.add(
          "smq.admin.users",
          Kind.list(
                  Kind.matching(
                      "[A-Za-z0-9._-]{1,100}:(viewer|operator):pbkdf2-sha512:[0-9]{5,8}"
                          + ":[A-Za-z0-9+/]{22,}=*:[A-Za-z0-9+/]{43}=",
                      "name:viewer:hash or name:operator:hash, as server-config/smqctl password"
                          + " prints it"))
              .secret(),
          "",
          "Administrators. If empty, the console and all modifying REST operations are"
              + " disabled.");

  public static final ConfigKey<MonitoringAccess> MONITORING =
      KEYS.add(
          "smq.admin.monitoring",
          Kind.choice(MonitoringAccess.class),
          "anybody",
          "Access to /metrics and /health: anybody, this machine alone (loopback), or the users"
              + " of smq.admin.users (viewers).");

  public static final ConfigKey<String> LOGIN_HINT =
      KEYS.add(
          "smq.admin.login.hint",
          Kind.matching("(?U)[^\\p{Cntrl}]{0,300}", "up to 300 characters in one line"),
          "",
          "What the login page says, for example where to ask for a user. It is public.");

  public static final ConfigKey<String> ALARM_WEBHOOK =
      KEYS.add(
          "smq.admin.alarm.webhook",
          Kind.matching("(https?://[^\\s/]+(/\\S*)?)?", "empty, or a URL of http or https"),
          "",
          "URL to which alarms are posted as JSON when they begin and end, see operations.md. Each"
              + " attempt ends after 10 s and is not repeated; the latest 100 wait. Empty: none.");

  private AdminKeys() {}
}
