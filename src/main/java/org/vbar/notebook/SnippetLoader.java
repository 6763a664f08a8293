package org.vbar.notebook;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jshell.execution.LoaderDelegate;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;

/**
 * Loads the classes that JShell makes of snippets so that they see the classes of this JVM, however
 * those were loaded. JShell's own loader sees only the class path of the command line, on which
 * Maven, for example, puts nothing of the project.
 */
final class SnippetLoader extends ClassLoader implements LoaderDelegate {
  private final Map<String, byte[]> known = new HashMap<>();

  SnippetLoader() {
    super(SnippetLoader.class.getClassLoader());
  }

  /** Where a compiler finds the classes that this loader's parent loads. */
  static String classPath() {
    if (SnippetLoader.class.getClassLoader() instanceof URLClassLoader loader) {
      return Arrays.stream(loader.getURLs())
          .map(SnippetLoader::path)
          .collect(Collectors.joining(File.pathSeparator));
    }
    return System.getProperty("java.class.path", "");
  }

  private static String path(URL url) {
    try {
      return Path.of(url.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The class path has no file " + url + ".", e);
    }
  }

  @Override
  public synchronized void load(ClassBytecodes[] classes) {
    for (ClassBytecodes each : classes) {
      known.put(each.name(), each.bytecodes());
    }
  }

  @Override
  public synchronized Class<?> findClass(String name) throws ClassNotFoundException {
    Class<?> loaded = findLoadedClass(name);
    if (loaded != null) {
      return loaded;
    }
    byte[] bytes = known.get(name);
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  @Override
  public synchronized void classesRedefined(ClassBytecodes[] classes) {
    load(classes);
  }

  /** Nothing to do: what the compiler is given comes from the parent. */
  @Override
  public void addToClasspath(String path) {}
}
