package org.smqcluster.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LateClassesTest {

  @Test
  void everyListedClassIsThereInThisVersionOfItsLibrary() {
    ClassLoader loader = LateClassesTest.class.getClassLoader();
    List<String> missing =
        LateClasses.listed()
            .filter(name -> loader.getResource(name.replace('.', '/') + ".class") == null)
            .toList();
    assertEquals(List.of(), missing, "remove them from " + LateClasses.LIST);
  }
}
