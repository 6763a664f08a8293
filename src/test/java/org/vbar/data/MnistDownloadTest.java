package org.vbar.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.hash.Hashing;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server on loopback that behaves in every way a server should not. */
class MnistDownloadTest {
  private static final byte[] CONTENT = content(1);
  private static final byte[] GZIP = gzip(CONTENT);
  private static final MnistDownload.Wanted WANTED =
      new MnistDownload.Wanted(
          "digits.gz", CONTENT.length, Hashing.sha256().hashBytes(CONTENT).toString());

  @TempDir Path directory;

  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final List<String> reports = new ArrayList<>();
  private final CountDownLatch testIsOver = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  MnistDownloadTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() {
    server.setExecutor(threads);
    server.start();
    mirror("good", exchange -> send(exchange, GZIP));
  }

  @AfterEach
  void stop() {
    testIsOver.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  /** Numbers that do not compress, so that a part of the file is a part of the content. */
  private static byte[] content(long seed) {
    byte[] content = new byte[300_000];
    new Random(seed).nextBytes(content);
    return content;
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void mirror(String name, HttpHandler handler) {
    server.createContext(
        "/" + name + "/",
        exchange -> {
          String range = exchange.getRequestHeaders().getFirst("Range");
          requests.add(name + (range == null ? "" : " " + range));
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  /** As a server that knows ranges. */
  private static void send(HttpExchange exchange, byte[] file) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from =
        range == null
            ? 0
            : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (file.length - 1) + "/" + file.length);
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, file.length - from);
    exchange.getResponseBody().write(file, from, file.length - from);
  }

  private static void sendHalf(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, GZIP.length);
    exchange.getResponseBody().write(GZIP, 0, GZIP.length / 2);
    exchange.getResponseBody().flush();
  }

  private void download(String... mirrors) throws IOException, InterruptedException {
    List<URI> addresses =
        Arrays.stream(mirrors)
            .map(
                name ->
                    URI.create("http://localhost:" + server.getAddress().getPort() + "/" + name))
            .toList();
    new MnistDownload(addresses, Duration.ofSeconds(2), reports::add).download(WANTED, directory);
  }

  private void assertComplete() throws IOException {
    assertArrayEquals(GZIP, Files.readAllBytes(directory.resolve("digits.gz")));
    try (var files = Files.list(directory)) {
      assertEquals(1, files.count(), "nothing else is left");
    }
  }

  /** The last bytes before a connection breaks may never reach the client. */
  private static void assertResumes(String mirror, String request) {
    Matcher range = Pattern.compile(mirror + " bytes=([0-9]+)-").matcher(request);
    assertTrue(range.matches(), request);
    int from = Integer.parseInt(range.group(1));
    assertTrue(from > 0 && from <= GZIP.length / 2, request);
  }

  @Test
  void download_goodMirror_givesTheFile() throws Exception {
    download("good");
    assertComplete();
    download("good"); // is there
    assertEquals(List.of("good"), requests);
  }

  @Test
  void download_truncatedAnswer_isResumed() throws Exception {
    mirror(
        "truncates",
        exchange -> {
          if (exchange.getRequestHeaders().containsKey("Range")) {
            send(exchange, GZIP);
          } else {
            sendHalf(exchange);
          }
        });
    download("truncates");
    assertComplete();
    assertEquals(2, requests.size());
    assertResumes("truncates", requests.get(1));
  }

  @Test
  void download_partOfAnEarlierRun_isResumed() throws Exception {
    AtomicBoolean recovered = new AtomicBoolean();
    mirror(
        "dies",
        exchange -> {
          if (recovered.get()) {
            send(exchange, GZIP);
          } else if (requests.size() == 1) {
            sendHalf(exchange);
          } // otherwise no answer
        });
    assertThrows(IOException.class, () -> download("dies"));
    assertFalse(Files.exists(directory.resolve("digits.gz")));
    recovered.set(true);
    download("dies");
    assertComplete();
    assertResumes("dies", requests.get(requests.size() - 1));
  }

  @Test
  void download_stall_isNoticedAndResumed() throws Exception {
    mirror(
        "stalls",
        exchange -> {
          if (exchange.getRequestHeaders().containsKey("Range")) {
            send(exchange, GZIP);
          } else {
            sendHalf(exchange);
            await();
          }
        });
    download("stalls");
    assertComplete();
  }

  @Test
  void download_silentMirror_isPassedOver() throws Exception {
    mirror("silent", exchange -> await());
    download("silent", "good");
    assertComplete();
  }

  private void await() throws IOException {
    try {
      testIsOver.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Test
  void download_redirect_isFollowed() throws Exception {
    mirror(
        "redirects",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/good/digits.gz");
          exchange.sendResponseHeaders(302, -1);
        });
    download("redirects");
    assertComplete();
  }

  @Test
  void download_endlessRedirects_arePassedOver() throws Exception {
    mirror(
        "circle",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/circle/digits.gz");
          exchange.sendResponseHeaders(302, -1);
        });
    download("circle", "good");
    assertComplete();
  }

  @Test
  void download_lies_arePassedOver() throws Exception {
    mirror("other", exchange -> send(exchange, gzip(content(2))));
    mirror("plain", exchange -> send(exchange, CONTENT));
    mirror("short", exchange -> send(exchange, Arrays.copyOf(GZIP, GZIP.length / 2)));
    mirror("long", exchange -> send(exchange, gzip(new byte[10 * CONTENT.length])));
    mirror("empty", exchange -> send(exchange, new byte[0]));
    mirror("absent", exchange -> exchange.sendResponseHeaders(404, -1));
    mirror(
        "endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] chunk = new byte[1 << 16];
          while (testIsOver.getCount() > 0) {
            exchange.getResponseBody().write(chunk);
          }
        });
    download("other", "plain", "short", "long", "empty", "absent", "endless", "good");
    assertTrue(Files.exists(directory.resolve("digits.gz")));
    assertEquals(
        List.of("other", "plain", "short", "long", "empty", "absent"),
        requests.stream().distinct().limit(6).toList());
    assertTrue(reports.get(0).contains("SHA-256"), reports.get(0));
  }

  @Test
  void download_onlyLies_failsWithAllReasons() {
    mirror("other", exchange -> send(exchange, gzip(content(2))));
    mirror("absent", exchange -> exchange.sendResponseHeaders(404, -1));
    IOException refusal = assertThrows(IOException.class, () -> download("other", "absent"));
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains("/other/digits.gz: the content is not"), message);
    assertTrue(message.contains("/absent/digits.gz: status 404"), message);
    assertFalse(Files.exists(directory.resolve("digits.gz")));
  }

  @Test
  void download_wrongRange_startsAnew() throws Exception {
    mirror(
        "confused",
        exchange -> {
          if (exchange.getRequestHeaders().containsKey("Range")) {
            exchange.getResponseHeaders().set("Content-Range", "bytes 7-9/10");
            exchange.sendResponseHeaders(206, 3);
            exchange.getResponseBody().write(new byte[3]);
          } else if (requests.size() == 1) {
            sendHalf(exchange);
          } else {
            send(exchange, GZIP);
          }
        });
    download("confused");
    assertComplete();
  }

  @Test
  void download_rangeOfOtherContent_startsAnew() throws Exception {
    byte[] other = gzip(content(2));
    mirror(
        "changes",
        exchange -> {
          if (exchange.getRequestHeaders().containsKey("Range")) {
            send(exchange, other);
          } else if (requests.size() == 1) {
            sendHalf(exchange);
          } else {
            send(exchange, GZIP);
          }
        });
    download("changes");
    assertComplete();
  }

  @Test
  void download_damagedFileInPlace_isReplaced() throws Exception {
    Files.write(directory.resolve("digits.gz"), new byte[] {1, 2, 3});
    download("good");
    assertComplete();
  }

  @Test
  void mirrors_noneOrOtherSchemes_areRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new MnistDownload(List.of(), Duration.ofSeconds(1), reports::add));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new MnistDownload(
                List.of(URI.create("file:/tmp/")), Duration.ofSeconds(1), reports::add));
  }
}
