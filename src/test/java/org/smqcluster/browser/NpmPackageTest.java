package org.smqcluster.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.smqcluster.testing.DebianProgram;
import org.smqcluster.testing.NodeJs;

/**
 * The browser client's package as npm packs it: what its declarations promise is there in each
 * module form, and what fails at run time they refuse. The tools are fixed by {@code
 * src/test/npm/package-lock.json}; npm installs them once, later runs take them from its cache.
 */
@Tag("slow")
class NpmPackageTest {

  private static final Path SOURCE = Path.of("src", "test", "npm");
  private static final Path WORK = Path.of("target", "npm");
  private static final String NAME = "smq-cluster-client";

  private static Path archive;

  @BeforeAll
  static void packAndInstall() throws Exception {
    copy(SOURCE, WORK);
    copy(SOURCE.resolve("examples"), WORK.resolve("examples"));
    npm("ci", "--ignore-scripts", "--prefer-offline");
    Files.createDirectories(WORK.resolve("packed"));
    npm(
        "pack",
        "--pack-destination",
        "packed",
        Path.of("src/main/npm").toAbsolutePath().toString());
    try (Stream<Path> packed = Files.list(WORK.resolve("packed"))) {
      archive = packed.filter(file -> file.toString().endsWith(".tgz")).findFirst().orElseThrow();
    }
    npm("install", "--no-save", "--offline", "./packed/" + archive.getFileName());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static void npm(String verb, String... arguments) throws Exception {
    Path npm =
        DebianProgram.findOrInstall("npm", "npm")
            .orElseThrow(() -> new IllegalStateException("Type: sudo apt-get install -y npm"));
    List<String> command =
        new ArrayList<>(List.of(npm.toString(), verb, "--no-audit", "--no-fund"));
    command.addAll(List.of(arguments));
    expectSuccess(NodeJs.runProgram(WORK, output("npm-" + verb), command));
  }

  private static Path output(String name) {
    return WORK.resolve(name + ".log");
  }

  private static void expectSuccess(NodeJs.Ended ended) {
    assertEquals(0, ended.status(), ended.printed());
  }

  private static void runTool(String name, String script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("node_modules/" + script));
    command.addAll(List.of(arguments));
    expectSuccess(NodeJs.run(WORK, output(name), command.toArray(String[]::new)));
  }

  @Test
  void publintFindsNothing() throws Exception {
    runTool("publint", "publint/src/cli.js", "--strict", "packed/" + archive.getFileName());
  }

  /** Not asked of it: Node 10, which reads no exports, and that require takes smq.mjs. */
  @Test
  void areTheTypesWrongFindsNothing() throws Exception {
    runTool(
        "attw",
        "@arethetypeswrong/cli/dist/index.js",
        "--no-definitely-typed",
        "--profile=node16",
        "--ignore-rules=cjs-resolves-to-esm",
        "packed/" + archive.getFileName());
  }

  @Test
  void examplesForNodeCompileAndRun() throws Exception {
    compile("node16");
    for (String example : List.of("module.mjs", "commonjs.cjs")) {
      expectSuccess(NodeJs.run(WORK, output(example), "examples/out/" + example));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bundler", "script"})
  void examplesForPagesCompile(String mode) throws Exception {
    compile(mode);
  }

  private static void compile(String mode) throws Exception {
    runTool("tsc-" + mode, "typescript/bin/tsc", "-p", "examples/tsconfig." + mode + ".json");
  }

  @Test
  void theArchiveHasEachFileThatPackageJsonNames() throws Exception {
    Path installed = WORK.resolve("node_modules").resolve(NAME);
    try (Stream<Path> files = Files.list(installed)) {
      assertEquals(
          List.of(
              "README.md",
              "package.json",
              "smq.d.mts",
              "smq.d.ts",
              "smq.global.d.ts",
              "smq.js",
              "smq.mjs"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }
}
