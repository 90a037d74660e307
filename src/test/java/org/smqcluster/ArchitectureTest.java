package org.smqcluster;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Keeps the table of rooms true: which package may use which. A rule about a room that has no class
 * yet passes.
 */
@AnalyzeClasses(packages = "org.smqcluster", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String ROOT = "org.smqcluster.";
  private static final int MAX_LINES = 350;

  @ArchTest static final ArchRule protocolUsesNothingButTheJdk = roomUsesOnlyTheJdkAnd("protocol");

  @ArchTest static final ArchRule logUsesNothingButTheJdk = roomUsesOnlyTheJdkAnd("log");

  @ArchTest
  static final ArchRule brokerUsesProtocolLogAndTheJdkOnly =
      roomUsesOnlyTheJdkAnd("broker", "protocol", "log");

  @ArchTest
  static final ArchRule brokerSpiUsesOutboxProtocolLogAndTheJdkOnly =
      packageUsesOnlyTheJdkAnd("broker.spi", "broker.outbox", "protocol", "log");

  @ArchTest
  static final ArchRule outboxUsesProtocolAndTheJdkOnly =
      packageUsesOnlyTheJdkAnd("broker.outbox", "protocol");

  @ArchTest
  static final ArchRule clientUsesProtocolAndTheJdkOnly =
      roomUsesOnlyTheJdkAnd("client", "protocol");

  @ArchTest static final ArchRule launcherUsesTheJdkOnly = roomUsesOnlyTheJdkAnd("launcher");

  @ArchTest static final ArchRule threadsUseTheJdkOnly = roomUsesOnlyTheJdkAnd("threads");

  @ArchTest static final ArchRule payaraUsesTheJdkOnly = roomUsesOnlyTheJdkAnd("payara");

  @ArchTest static final ArchRule configUsesBrokerOnly = roomUsesNoOtherThan("config", "broker");

  @ArchTest
  static final ArchRule apiUsesBrokerProtocolAndConfigOnly =
      roomUsesNoOtherThan("api", "broker", "protocol", "config");

  @ArchTest
  static final ArchRule transportsUseBrokerProtocolSecurityConfigAndPayaraOnly =
      roomUsesNoOtherThan(
          "transport", "broker", "protocol", "security", "config", "payara", "threads");

  @ArchTest
  static final ArchRule clusterUsesBrokerProtocolAndConfigOnly =
      roomUsesNoOtherThan("cluster", "broker", "protocol", "config", "threads");

  @ArchTest
  static final ArchRule ledUsesApiBrokerProtocolAndConfigOnly =
      roomUsesNoOtherThan("led", "broker", "protocol", "api", "config");

  @ArchTest
  static final ArchRule securityUsesBrokerProtocolConfigAndPayaraOnly =
      roomUsesNoOtherThan("security", "broker", "protocol", "config", "payara", "threads");

  @ArchTest
  static final ArchRule onlyTheBootstrapUsesAdmin =
      noClasses()
          .that()
          .resideOutsideOfPackages(room("admin"), room("node"), room("bootstrap"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage(room("admin"))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule nettyStaysInTheTransports =
      noClasses()
          .that()
          .resideOutsideOfPackages(room("transport"), room("node"), room("bootstrap"))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule infinispanAndJGroupsStayInCluster =
      noClasses()
          .that()
          .resideOutsideOfPackages(room("cluster"), room("node"), room("bootstrap"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.infinispan..", "org.jgroups..")
          .allowEmptyShould(true);

  /** Where CDI, JSON, packets' records, a signal, Payara's main and Netty's descriptors need it. */
  private static final String[] MAY_REFLECT = {
    "org.smqcluster.bootstrap.OnMessageMethods",
    "org.smqcluster.bootstrap.Producers",
    "org.smqcluster.bootstrap.SharedMaps",
    "org.smqcluster.bootstrap.TerminationSignal",
    "org.smqcluster.launcher.HttpPortCheck",
    "org.smqcluster.admin.access.AccessFilter",
    "org.smqcluster.admin.api.JsonFormat",
    "org.smqcluster.admin.api.OpenApiRules",
    "org.smqcluster.admin.api.Parameters",
    "org.smqcluster.admin.trace.PacketText",
    "org.smqcluster.transport.raw.DescriptorMap",
    "org.smqcluster.security.HttpsIdentity"
  };

  @ArchTest
  static final ArchRule reflectionStaysInPayaraAndTheListedPlaces =
      noClasses()
          .that()
          .resideOutsideOfPackage(room("payara"))
          .and(not(belongToAnyOf(MAY_REFLECT)))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.lang.reflect..");

  @ArchTest
  static final ArchRule theServersTypesStayInTheFastPath =
      noClasses()
          .that()
          .resideOutsideOfPackage(room("transport.websocket.grizzly"))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.glassfish..");

  @ArchTest
  static final ArchRule roomsFormNoCycle =
      slices().matching("org.smqcluster.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching("org.smqcluster.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule classesFormNoCycle =
      slices()
          .assignedFrom(
              new SliceAssignment() {
                @Override
                public SliceIdentifier getIdentifierOf(JavaClass type) {
                  return SliceIdentifier.of(type.getName().replaceFirst("\\$.*", ""));
                }

                @Override
                public String getDescription() {
                  return "each class with its inner classes";
                }
              })
          .should()
          .beFreeOfCycles();

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      Set<Path> packages =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(Path::getParent)
              .collect(Collectors.toCollection(TreeSet::new));
      packages.removeIf(directory -> Files.exists(directory.resolve("package-info.java")));
      assertEquals(Set.of(), packages, "packages without package-info.java");
    }
  }

  /** An executor drops a periodic task whose run fails, without a word. */
  @Test
  void noFailureEndsAPeriodicTaskOfANode() throws IOException {
    Pattern any = Pattern.compile("\\.schedule(WithFixedDelay|AtFixedRate)\\(");
    Pattern contained = Pattern.compile(any + "\\s*\\(\\) ->\\s*InternalErrors\\.contain\\(");
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      Set<Path> lacking = new TreeSet<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file);
        if (!file.startsWith("src/main/java/org/smqcluster/client")
            && any.matcher(text).results().count() != contained.matcher(text).results().count()) {
          lacking.add(file);
        }
      }
      assertEquals(Set.of(), lacking, "give () -> InternalErrors.contain(...) to the executor");
    }
  }

  @Test
  void noFileHasMoreThan350Lines() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      Set<Path> tooLong = new TreeSet<>();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readAllLines(file).size() > MAX_LINES) {
          tooLong.add(file);
        }
      }
      assertEquals(Set.of(), tooLong, "look for the collaborator that is in them");
    }
  }

  private static DescribedPredicate<JavaClass> belongToAnyOf(String... names) {
    return DescribedPredicate.describe(
        "one of the listed classes",
        type -> Arrays.stream(names).anyMatch(name -> type.getName().matches(name + "(\\$.*)?")));
  }

  /** Of this project, {@code name} may use itself and {@code others}; libraries are free. */
  private static ArchRule roomUsesNoOtherThan(String name, String... others) {
    List<String> allowed = new ArrayList<>(List.of(others));
    allowed.add(name);
    return noClasses()
        .that()
        .resideInAPackage(room(name))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(roomsBut(allowed.toArray(String[]::new)))
        .allowEmptyShould(true);
  }

  private static ArchRule roomUsesOnlyTheJdkAnd(String name, String... others) {
    return usesOnlyTheJdkAnd(room(name), others);
  }

  /** As a room, without the packages below it. */
  private static ArchRule packageUsesOnlyTheJdkAnd(String name, String... others) {
    return usesOnlyTheJdkAnd(ROOT + name, others);
  }

  private static ArchRule usesOnlyTheJdkAnd(String packages, String... others) {
    List<String> allowed =
        new ArrayList<>(
            List.of("java..", "javax.net..", "javax.crypto..", "javax.security..", packages));
    for (String other : others) {
      allowed.add(room(other));
    }
    return classes()
        .that()
        .resideInAPackage(packages)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .allowEmptyShould(true);
  }

  private static String room(String name) {
    return ROOT + name + "..";
  }

  private static String[] roomsBut(String... names) {
    List<String> allowed = List.of(names);
    return List.of(
            "protocol",
            "broker",
            "api",
            "transport",
            "cluster",
            "led",
            "client",
            "admin",
            "security",
            "config",
            "node",
            "bootstrap",
            "launcher",
            "payara",
            "threads")
        .stream()
        .filter(room -> !allowed.contains(room))
        .map(ArchitectureTest::room)
        .toArray(String[]::new);
  }
}
