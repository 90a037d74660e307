package org.smqcluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.smqcluster.config.ConfigKey;
import org.smqcluster.config.Settings;

/**
 * The documents name only what exists: files, headings, classes, methods of tests, packages and
 * configuration keys.
 */
class DocumentsTest {

  private static final Path ROOT = Path.of("").toAbsolutePath();
  private static final int README_LINES = 150;

  /** Folders that hold no document of ours. */
  private static final Set<String> FOREIGN_FOLDERS =
      Set.of("target", ".git", "node_modules", ".idea");

  /** Names in code font that look like classes of this project and are none. */
  private static final Set<String> FOREIGN_NAMES =
      Set.of(
          "BroadcastChannel",
          "ConcurrentHashMap",
          "EventSource",
          "ExitOnOutOfMemoryError",
          "FileDescriptors",
          "HmacSHA256",
          "LimitNOFILE",
          "NodeJS",
          "OutOfMemoryError",
          "PatientTcp",
          "SmqClientBuilder",
          "RangeError",
          "SMQClient",
          "SmqError",
          "ValueError",
          "WebSocket");

  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```\\s*$");
  private static final Pattern INDENTED_CODE = Pattern.compile("(?m)^(?: {4}|\\t).*$");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

  /** Two capitals with small letters between them: a class by its simple name. */
  private static final Pattern CLASS_NAME =
      Pattern.compile("(?:[\\w.]*\\.)?([A-Z][a-z0-9]+(?:[A-Z][a-zA-Z0-9]*)+)(?:\\.(\\w+))?");

  /** The method of a test, after another one of the same class: {@code .aNameLikeThis}. */
  private static final Pattern NEXT_METHOD = Pattern.compile("\\.([a-z]\\w+)");

  private static final Pattern KEY =
      Pattern.compile(
          "smq\\.(?!(?:war|zone|js|mjs|d\\.m?ts|jsa|lsp|service)$)[a-z]+(?:\\.[a-z]+)*");
  private static final Pattern PACKAGE = Pattern.compile("org\\.smqcluster(?:\\.[a-z]+)*");
  private static final Pattern FILE =
      Pattern.compile("(?:src|server-config|\\.github)/[\\w./-]+|pom\\.xml");

  private static final Map<Path, String> DOCUMENTS = documents();

  @Test
  void theReadmeIsShort() {
    long lines = DOCUMENTS.get(ROOT.resolve("README.md")).lines().count();
    assertTrue(lines <= README_LINES, () -> "README.md has " + lines + " lines");
  }

  @Test
  void everyLinkLeadsToAFileAndAHeadingThatExist() {
    List<String> dead = new ArrayList<>();
    DOCUMENTS.forEach(
        (document, text) ->
            LINK.matcher(withoutCode(text))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !target.matches("[a-z]+:.*"))
                .filter(target -> !leadsSomewhere(document, target))
                .forEach(target -> dead.add(ROOT.relativize(document) + ": " + target)));
    assertEquals(List.of(), dead);
  }

  private static boolean leadsSomewhere(Path document, String target) {
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]).toAbsolutePath();
    if (!Files.exists(file)) {
      return false;
    }
    return parts.length == 1 || anchors(DOCUMENTS.get(file.normalize())).contains(parts[1]);
  }

  /** The anchors that GitHub gives to a document's headings. */
  private static Set<String> anchors(String document) {
    Map<String, Integer> repeated = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    String text = FENCE.matcher(document).replaceAll("");
    for (MatchResult heading : HEADING.matcher(text).results().toList()) {
      String anchor =
          heading
              .group(1)
              .strip()
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N} _-]", "")
              .replace(' ', '-');
      int number = repeated.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(number == 0 ? anchor : anchor + "-" + number);
    }
    return anchors;
  }

  @Test
  void everyPageOpensWithTheQuestionsThatItAnswers() {
    List<String> mute =
        DOCUMENTS.entrySet().stream()
            .filter(each -> each.getKey().startsWith(ROOT.resolve("src/docs")))
            .filter(each -> !each.getValue().matches("(?s)# [^\n]+\n\n[A-Z][^\n]{30,}.*"))
            .map(each -> ROOT.relativize(each.getKey()).toString())
            .toList();
    assertEquals(List.of(), mute);
  }

  @Test
  void everyClassAndTestMethodThatADocumentNamesExists() {
    Map<String, String> sources = sources();
    List<String> unknown = new ArrayList<>();
    DOCUMENTS.forEach(
        (document, text) ->
            unknownNames(text, sources)
                .forEach(name -> unknown.add(ROOT.relativize(document) + ": " + name)));
    assertEquals(List.of(), unknown);
  }

  private static List<String> unknownNames(String document, Map<String, String> sources) {
    List<String> unknown = new ArrayList<>();
    String test = "";
    for (String code : codeSpans(document)) {
      Matcher name = CLASS_NAME.matcher(code);
      Matcher next = NEXT_METHOD.matcher(code);
      if (name.matches() && !FOREIGN_NAMES.contains(name.group(1))) {
        String source = sources.get(name.group(1));
        if (source == null || name.group(2) != null && !names(source, name.group(2))) {
          unknown.add(code);
        }
        test = name.group(1);
      } else if (next.matches() && sources.containsKey(test)) {
        if (!names(sources.get(test), next.group(1))) {
          unknown.add(test + code);
        }
      }
    }
    return unknown;
  }

  private static boolean names(String source, String member) {
    return Pattern.compile("\\b" + member + "\\b").matcher(source).find();
  }

  @Test
  void everyConfigurationKeyThatADocumentNamesExists() {
    Set<String> keys = Settings.keys().stream().map(ConfigKey::name).collect(Collectors.toSet());
    assertNamesExist(
        KEY, name -> keys.stream().anyMatch(key -> key.equals(name) || key.startsWith(name + ".")));
  }

  @Test
  void everyPackageThatADocumentNamesExists() {
    assertNamesExist(
        PACKAGE, name -> Files.isDirectory(Path.of("src/main/java", name.replace('.', '/'))));
  }

  @Test
  void everyFileThatADocumentNamesExists() {
    assertNamesExist(FILE, name -> Files.exists(ROOT.resolve(name)));
  }

  private static void assertNamesExist(Pattern pattern, Predicate<String> exists) {
    List<String> unknown = new ArrayList<>();
    DOCUMENTS.forEach(
        (document, text) ->
            codeSpans(text).stream()
                .filter(code -> pattern.matcher(code).matches() && !exists.test(code))
                .forEach(code -> unknown.add(ROOT.relativize(document) + ": " + code)));
    assertEquals(List.of(), unknown);
  }

  private static List<String> codeSpans(String document) {
    return CODE.matcher(FENCE.matcher(document).replaceAll(""))
        .results()
        .map(code -> code.group(1))
        .toList();
  }

  private static String withoutCode(String document) {
    String text = FENCE.matcher(document).replaceAll("");
    return CODE.matcher(INDENTED_CODE.matcher(text).replaceAll("")).replaceAll("");
  }

  /** All classes of this project by their simple names, nested ones by the file they are in. */
  private static Map<String, String> sources() {
    Map<String, String> sources = new HashMap<>();
    Pattern declaration =
        Pattern.compile("\\b(?:class|interface|record|enum|@interface)\\s+([A-Z]\\w+)");
    for (Path file : files(ROOT.resolve("src"), ".java")) {
      String source = read(file);
      declaration
          .matcher(source)
          .results()
          .forEach(type -> sources.merge(type.group(1), source, String::concat));
    }
    return sources;
  }

  private static Map<Path, String> documents() {
    return files(ROOT, ".md").stream().collect(Collectors.toMap(path -> path, DocumentsTest::read));
  }

  private static List<Path> files(Path folder, String ending) {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (Files.isDirectory(entry)) {
          if (!FOREIGN_FOLDERS.contains(name)) {
            found.addAll(files(entry, ending));
          }
        } else if (name.endsWith(ending)) {
          found.add(entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
