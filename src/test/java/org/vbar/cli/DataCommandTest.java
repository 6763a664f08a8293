package org.vbar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vbar.data.MnistDownload;

/** The download itself is tested where it lives; here, that the command hands everything on. */
class DataCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int mnist(String... options) {
    String[] arguments =
        Stream.concat(Stream.of("data", "mnist"), Stream.of(options)).toArray(String[]::new);
    return Vbar.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void mirrors_withoutTheFiles_areAskedInOrderAndNamed() throws IOException {
    List<String> asked = new ArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(404, -1);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://localhost:" + server.getAddress().getPort();
      assertEquals(
          1,
          mnist(
              "--out",
              folder.toString(),
              "--mirror",
              address + "/one/",
              "--mirror",
              address + "/two/"));
      assertEquals(
          List.of("/one/train-images-idx3-ubyte.gz", "/two/train-images-idx3-ubyte.gz"),
          asked.stream().distinct().toList()); // each is tried more than once
      assertTrue(err.toString().contains("404"), err::toString);
      assertTrue(err.toString().contains("train-images-idx3-ubyte.gz"), err::toString);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void publicMirrors_areFoldersReachedByHttps() {
    assertEquals(2, MnistDownload.PUBLIC_MIRRORS.size());
    for (URI mirror : MnistDownload.PUBLIC_MIRRORS) {
      assertEquals("https", mirror.getScheme());
      assertTrue(mirror.getPath().endsWith("/mnist/"), mirror::toString);
    }
    assertEquals(0, mnist("--help"));
    assertTrue(out.toString().contains("open to all"), out::toString);
  }

  @Test
  void wrongCalls_areCallErrors() {
    assertEquals(2, mnist("--mirror", "ftp://localhost/mnist/"));
    assertTrue(err.toString().contains("http"), err::toString);
    assertEquals(2, mnist("--mirror", "http://localhost/", "--patience", "0"));
    assertEquals(2, Vbar.run(new PrintWriter(out), new PrintWriter(err, true), "data"));
    assertTrue(err.toString().contains("vbar data mnist"), err::toString);
  }
}
