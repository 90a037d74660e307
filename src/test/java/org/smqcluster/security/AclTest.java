package org.smqcluster.security;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AclTest {

  private final AccessTestClient alice = new AccessTestClient("alice", "browser-1");
  private final AccessTestClient stranger = new AccessTestClient(null, "device-1");

  private static Acl acl(String... lines) throws FileFormatException {
    return Acl.parse(List.of(lines));
  }

  @Test
  void whatNoRuleIsAboutIsDenied() throws FileFormatException {
    assertFalse(acl("# nothing", "").allows(alice, Acl.Action.SUBSCRIBE, "/x"));
  }

  @Test
  void theFirstRuleThatIsAboutARequestDecides() throws FileFormatException {
    Acl acl = acl("deny * publish /plant/secret", "allow * publish /plant/*", "deny * publish **");

    assertAll(
        () -> assertFalse(acl.allows(alice, Acl.Action.PUBLISH, "/plant/secret")),
        () -> assertTrue(acl.allows(alice, Acl.Action.PUBLISH, "/plant/temp")),
        () -> assertFalse(acl.allows(alice, Acl.Action.PUBLISH, "/other")));
  }

  @Test
  void aRuleIsAboutUsersUidsOrTheAnonymous() throws FileFormatException {
    Acl acl =
        acl(
            "allow user:ali* subscribe /user",
            "allow uid:device-* subscribe /uid",
            "allow anonymous subscribe /anonymous",
            "allow user:bob,user:alice subscribe /list");

    assertAll(
        () -> assertTrue(acl.allows(alice, Acl.Action.SUBSCRIBE, "/user")),
        () -> assertFalse(acl.allows(stranger, Acl.Action.SUBSCRIBE, "/user")),
        () -> assertFalse(acl.allows(alice, Acl.Action.SUBSCRIBE, "/uid")),
        () -> assertTrue(acl.allows(stranger, Acl.Action.SUBSCRIBE, "/uid")),
        () -> assertFalse(acl.allows(alice, Acl.Action.SUBSCRIBE, "/anonymous")),
        () -> assertTrue(acl.allows(stranger, Acl.Action.SUBSCRIBE, "/anonymous")),
        () -> assertTrue(acl.allows(alice, Acl.Action.SUBSCRIBE, "/list")));
  }

  @Test
  void anActionAllowsNoOther() throws FileFormatException {
    Acl acl = acl("allow * subscribe,create /x");

    assertAll(
        () -> assertTrue(acl.allows(alice, Acl.Action.SUBSCRIBE, "/x")),
        () -> assertTrue(acl.allows(alice, Acl.Action.CREATE, "/x")),
        () -> assertFalse(acl.allows(alice, Acl.Action.PUBLISH, "/x")),
        () -> assertFalse(acl.allows(alice, Acl.Action.SUBTOPIC, "/x")),
        () -> assertFalse(acl.allows(alice, Acl.Action.SEND, Acl.TO_CLIENT)));
  }

  @Test
  void variablesStandForTheClientsOwnNames() throws FileFormatException {
    Acl acl = acl("allow * publish /home/{user}/** /device/{uid}");

    assertAll(
        () -> assertTrue(acl.allows(alice, Acl.Action.PUBLISH, "/home/alice/lamp")),
        () -> assertFalse(acl.allows(alice, Acl.Action.PUBLISH, "/home/bob/lamp")),
        () -> assertTrue(acl.allows(stranger, Acl.Action.PUBLISH, "/device/device-1")),
        () -> assertFalse(acl.allows(stranger, Acl.Action.PUBLISH, "/home//lamp")));
  }

  /** A client chooses its UID: one with a slash would reach into the tree of another. */
  @Test
  void aNameWithASlashIsNobodysTree() throws FileFormatException {
    AccessTestClient intruder = new AccessTestClient("alice/lamp", "device-1/lamp");
    Acl acl =
        acl(
            "allow * publish /home/{user}/** /device/{uid}/**",
            "allow user:** connect {user}",
            "deny * connect **");

    assertAll(
        () -> assertFalse(acl.allows(intruder, Acl.Action.PUBLISH, "/home/alice/lamp/led")),
        () -> assertFalse(acl.allows(intruder, Acl.Action.PUBLISH, "/device/device-1/lamp/led")),
        () -> assertTrue(acl.allows(alice, Acl.Action.PUBLISH, "/home/alice/lamp/led")),
        () -> assertTrue(acl.allows(stranger, Acl.Action.PUBLISH, "/device/device-1/lamp/led")),
        () -> assertTrue(acl.allowsConnect("a/b", "a/b"), "a UID is no tree"));
    Acl denies = acl("deny * publish /device/{uid}/secret", "allow * publish **");
    assertFalse(
        denies.allows(intruder, Acl.Action.PUBLISH, "/device/device-1/lamp/secret"),
        "what is denied stays denied");
  }

  @Test
  void aUidIsFreeUnlessARuleKeepsIt() throws FileFormatException {
    Acl acl = acl("deny * * **", "allow user:device-* connect {user}", "deny * connect device-*");

    assertAll(
        () -> assertTrue(acl.allowsConnect("alice", "browser-1")),
        () -> assertTrue(acl.allowsConnect("device-7", "device-7")),
        () -> assertFalse(acl.allowsConnect("device-8", "device-7")),
        () -> assertFalse(acl.allowsConnect(null, "device-7")));
  }

  @Test
  void aUidThatIsNoTextIsComparedInHexadecimal() throws FileFormatException {
    AccessTestClient mac = new AccessTestClient(null, "\u0001\u0002\u0003\u0004\u0005\u0006");

    assertTrue(acl("allow uid:0x0102* send *").allows(mac, Acl.Action.SEND, Acl.TO_CLIENT));
  }

  @Test
  void aNameWithSpacesIsQuoted() throws FileFormatException {
    assertTrue(
        acl("allow * publish \"living room\"   # comment")
            .allows(alice, Acl.Action.PUBLISH, "living room"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permit * publish /x",
        "allow nobody publish /x",
        "allow * read /x",
        "allow * publish",
        "allow * publish \"/x",
      })
  void aRuleThatIsWrongIsRefusedWithItsLine(String rule) {
    FileFormatException e =
        assertThrows(FileFormatException.class, () -> acl("allow * * **", rule));

    assertTrue(e.getMessage().startsWith("line 2: "), e.getMessage());
  }

  @Test
  void theExampleDoesWhatItsCommentsSay() throws Exception {
    Acl acl = Acl.parse(Files.readAllLines(Path.of("server-config/acl.example")));
    AccessTestClient page = new AccessTestClient("alice", "page-of-alice");
    AccessTestClient device = new AccessTestClient("device-7", "device-7");

    assertAll(
        () -> assertTrue(acl.allows(page, Acl.Action.SUBSCRIBE, "/m2m/led/device")),
        () -> assertTrue(acl.allows(page, Acl.Action.PUBLISH, "/m2m/led/display")),
        () -> assertFalse(acl.allows(page, Acl.Action.PUBLISH, "/m2m/led/device")),
        () -> assertTrue(acl.allows(page, Acl.Action.SEND, Acl.TO_CLIENT)),
        () -> assertTrue(acl.allows(device, Acl.Action.PUBLISH, "/m2m/led/device")),
        () -> assertFalse(acl.allows(device, Acl.Action.SUBSCRIBE, "/m2m/led/device")),
        () -> assertFalse(acl.allows(stranger, Acl.Action.SUBSCRIBE, "/m2m/led/device")),
        () -> assertEquals(true, acl.allows(stranger, Acl.Action.SUBSCRIBE, "/public/news")),
        () -> assertFalse(acl.allows(stranger, Acl.Action.PUBLISH, "/public/news")));
  }
}
