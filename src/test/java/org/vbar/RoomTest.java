package org.vbar;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.collect.Sets;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rooms of the architecture: what is not listed here may not be imported.
 *
 * <p>A new room, or a new library in a room, is a decision; it is written down in this table and in
 * the table of the architecture, or the build fails.
 */
class RoomTest {
  private static final String ROOT = "org.vbar";

  /** The façade's own package, {@code org.vbar} itself. */
  private static final String FACADE = "";

  /** Which rooms each room may import. */
  private static final ImmutableSetMultimap<String, String> ROOMS =
      ImmutableSetMultimap.<String, String>builder()
          .putAll("graph")
          .putAll("backprop", "graph")
          .putAll("compile", "graph", "backprop")
          .putAll("model")
          .putAll("scalar", "graph", "model")
          .putAll("layer", "model")
          .putAll("check", "graph", "backprop", "compile", "model", "scalar", "layer")
          .putAll("derive", "graph", "backprop", "model", "layer")
          .putAll("export", "graph", "backprop", "derive")
          .putAll("data")
          // graph, because a scalar network is made of nodes
          .putAll("train", "model", "layer", "scalar", "backprop", "compile", "data", "graph")
          .putAll(FACADE, "graph", "backprop", "compile")
          .build();

  private static final Set<String> ALL_BUT_CLI =
      Set.of(
          FACADE,
          "graph",
          "backprop",
          "compile",
          "model",
          "scalar",
          "layer",
          "check",
          "derive",
          "export",
          "data",
          "train",
          "notebook");

  /** What every room may use beside {@code java.*}. */
  private static final List<String> ANYWHERE =
      List.of(
          "java..",
          "javax..",
          "com.google.common..",
          "com.google.errorprone.annotations..",
          "org.jspecify..");

  /** Which libraries each room may use beyond {@link #ANYWHERE}. */
  private static final ImmutableSetMultimap<String, String> LIBRARIES =
      ImmutableSetMultimap.<String, String>builder()
          .putAll("graph", "org.apache.commons.numbers..")
          .putAll("layer", "org.apache.commons.numbers..", "jdk.incubator.vector..")
          .putAll("model", "org.apache.commons.rng..")
          .putAll("data", "org.apache.commons.rng..")
          .putAll("compile", "org.objectweb.asm..")
          .putAll("export", "guru.nidi.graphviz..", "org.graphper..", "com.google.gson..")
          .putAll(
              "train",
              "com.google.gson..",
              "org.tribuo.util.onnx..",
              "ai.onnx.proto..",
              "com.google.protobuf..",
              "org.apache.commons.rng..",
              "org.knowm.xchart..")
          .putAll("notebook", "jdk.jshell..", "com.google.gson..", "org.commonmark..")
          .putAll("cli", "picocli..")
          .build();

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  static Set<String> rooms() {
    return Sets.union(ALL_BUT_CLI, Set.of("cli"));
  }

  private static Set<String> mayImport(String room) {
    return switch (room) {
      case "cli", "notebook" -> ALL_BUT_CLI;
      default -> ROOMS.get(room);
    };
  }

  private static String packages(String room) {
    return room.isEmpty() ? ROOT : ROOT + "." + room + "..";
  }

  private static ArchRule rule(String room, Set<String> imports, Set<String> libraries) {
    List<String> allowed = new ArrayList<>(ANYWHERE);
    allowed.add(packages(room));
    imports.forEach(other -> allowed.add(packages(other)));
    allowed.addAll(libraries);
    DescribedPredicate<JavaClass> permitted =
        resideInAnyPackage(allowed.toArray(String[]::new))
            .or(describe("primitive", type -> type.getBaseComponentType().isPrimitive()));
    return classes()
        .that()
        .resideInAPackage(packages(room))
        .should()
        .onlyDependOnClassesThat(permitted)
        .allowEmptyShould(true);
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void room_everyClass_importsOnlyWhatTheTableAllows(String room) {
    rule(room, mayImport(room), LIBRARIES.get(room)).check(CLASSES);
  }

  @Test
  void rule_withLessAllowed_findsTheViolations() {
    assertTrue(rule("backprop", Set.of(), Set.of()).evaluate(CLASSES).hasViolation());
    assertTrue(rule("graph", Set.of(), Set.of()).evaluate(CLASSES).hasViolation());
    assertTrue(rule(FACADE, Set.of("graph"), Set.of()).evaluate(CLASSES).hasViolation());
    assertFalse(rule("backprop", Set.of("graph"), Set.of()).evaluate(CLASSES).hasViolation());
  }

  @Test
  void packages_ofMain_areAllRoomsOfTheTable() {
    Set<String> found =
        CLASSES.stream()
            .map(JavaClass::getPackageName)
            .map(name -> name.equals(ROOT) ? FACADE : name.substring(ROOT.length() + 1))
            .map(name -> name.replaceFirst("\\..*", ""))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(Set.of(), Sets.difference(found, rooms()), "packages that no table knows");
    assertTrue(found.containsAll(Set.of(FACADE, "graph", "backprop")), found::toString);
  }

  @Test
  void rooms_importEachOther_withoutCycles() {
    Set<String> settled = new TreeSet<>();
    Set<String> left = new TreeSet<>(rooms());
    while (left.removeIf(
        room -> settled.containsAll(Sets.difference(mayImport(room), Set.of(room))))) {
      settled.addAll(Sets.difference(rooms(), left));
    }

    assertEquals(Set.of(), left);
  }

  @Test
  void packages_ofMain_haveAPackageInfo() throws IOException {
    Path sources = Path.of("src", "main", "java");
    try (Stream<Path> files = Files.walk(sources)) {
      Set<Path> folders =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(Path::getParent)
              .collect(Collectors.toCollection(TreeSet::new));
      List<Path> bare =
          folders.stream()
              .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
              .toList();
      assertEquals(List.of(), bare);
      assertTrue(folders.size() >= 3);
    }
  }
}
