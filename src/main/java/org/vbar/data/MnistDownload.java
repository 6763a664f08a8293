package org.vbar.data;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Downloads the four files of MNIST from mirrors.
 *
 * <p>A file counts only if its decompressed content has the published SHA-256, whoever sent it.
 * What an interrupted download left, as {@code *.part}, is continued with a range request to the
 * same mirror. A complete and verified file is moved into place at once.
 */
public final class MnistDownload {
  /** Copies of MNIST that are open to all, in the order in which to ask them. */
  public static final ImmutableList<URI> PUBLIC_MIRRORS =
      ImmutableList.of(
          URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
          URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"));

  /** A try that got further allows another; this many that did not are enough for one mirror. */
  private static final int TRIES_WITHOUT_PROGRESS = 2;

  private final ImmutableList<URI> mirrors;
  private final Duration patience;
  private final Consumer<String> reporter;
  private final HttpClient client;

  /**
   * Prepares a download.
   *
   * @param mirrors addresses of directories with the files of {@link MnistFile#gzipFileName()}, in
   *     the order in which to ask them; at least one, each http or https
   * @param patience how long a server may be silent
   * @param reporter is told in one line what happens
   * @throws IllegalArgumentException if there is no mirror or one has another scheme
   */
  public MnistDownload(List<URI> mirrors, Duration patience, Consumer<String> reporter) {
    checkArgument(
        !mirrors.isEmpty(), "Expected at least 1 mirror of MNIST but got none: name one.");
    for (URI mirror : mirrors) {
      checkArgument(
          "https".equals(mirror.getScheme()) || "http".equals(mirror.getScheme()),
          "Expected the address of a mirror with https: or http: but got %s.",
          mirror);
    }
    this.mirrors = ImmutableList.copyOf(mirrors);
    this.patience = patience;
    this.reporter = reporter;
    // Follows redirects, but never from https to http.
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(patience)
            .build();
  }

  /**
   * A file to get.
   *
   * @param name of the compressed file
   * @param size of the decompressed content
   * @param sha256 of the decompressed content
   */
  record Wanted(String name, long size, String sha256) {}

  /**
   * Downloads whatever of the four files is not there yet.
   *
   * @param directory is created if need be
   * @throws IOException if no mirror has a file, or writing fails
   * @throws InterruptedException if the thread is interrupted; what was loaded stays for next time
   */
  public void into(Path directory) throws IOException, InterruptedException {
    for (MnistFile file : MnistFile.values()) {
      download(new Wanted(file.gzipFileName(), file.size(), file.sha256()), directory);
    }
  }

  void download(Wanted wanted, Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Path target = directory.resolve(wanted.name);
    if (Files.exists(target) && refusal(target, wanted).isEmpty()) {
      reporter.accept(wanted.name + " is there.");
      return;
    }
    StringBuilder failures = new StringBuilder();
    for (URI mirror : mirrors) {
      URI address = address(mirror, wanted.name);
      Path part = part(directory, wanted.name, address);
      Optional<String> failure = downloadFrom(address, part, wanted);
      if (failure.isEmpty()) {
        Files.move(
            part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        reporter.accept(wanted.name + " is complete and verified.");
        return;
      }
      String line = address + ": " + failure.get();
      reporter.accept(line);
      failures.append("\n  ").append(line);
    }
    throw new IOException(
        "No mirror gave %s with the published content; name another mirror.%s"
            .formatted(wanted.name, failures));
  }

  private static URI address(URI mirror, String name) {
    String directory = mirror.toString();
    return URI.create((directory.endsWith("/") ? directory : directory + "/") + name);
  }

  /** A part belongs to one address, because containers of the same content may differ. */
  private static Path part(Path directory, String name, URI address) {
    String hash =
        Hashing.sha256().hashString(address.toString(), StandardCharsets.UTF_8).toString();
    return directory.resolve(name + "." + hash.substring(0, 8) + ".part");
  }

  /** Returns why the address did not give the file; empty if the part is complete and verified. */
  private Optional<String> downloadFrom(URI address, Path part, Wanted wanted)
      throws IOException, InterruptedException {
    String failure = "";
    int tries = TRIES_WITHOUT_PROGRESS;
    while (tries > 0) {
      long before = size(part);
      Optional<String> broken = fetch(address, part, wanted);
      if (broken.isEmpty()) {
        Optional<String> refused = refusal(part, wanted);
        if (refused.isEmpty()) {
          return Optional.empty();
        }
        Files.delete(part);
        failure = refused.get();
        if (before == 0) {
          return Optional.of(failure); // it was all from this one answer
        }
        tries--;
      } else {
        failure = broken.get();
        if (size(part) > mostBytes(wanted)) {
          Files.delete(part);
          return broken;
        }
        tries = size(part) > before ? TRIES_WITHOUT_PROGRESS : tries - 1;
      }
    }
    return Optional.of(failure);
  }

  /** A container cannot be larger than its content by more than a little. */
  private static long mostBytes(Wanted wanted) {
    return wanted.size + wanted.size / 100 + 1000;
  }

  private static long size(Path part) throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  /** Appends what is missing. Returns why the answer ended early; empty if it is complete. */
  private Optional<String> fetch(URI address, Path part, Wanted wanted)
      throws IOException, InterruptedException {
    long have = size(part);
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(patience);
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
    }
    HttpResponse<InputStream> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      return Optional.of("no answer (" + e + ")");
    }
    try (InputStream body = response.body()) {
      boolean continues = response.statusCode() == 206 && startsAt(have, response);
      if (response.statusCode() != 200 && !continues) {
        if (response.statusCode() == 206 || response.statusCode() == 416) {
          Files.deleteIfExists(part); // what we have is not what the server goes on from
        }
        return Optional.of("status " + response.statusCode());
      }
      try (OutputStream out =
          continues
              ? Files.newOutputStream(part, StandardOpenOption.APPEND)
              : Files.newOutputStream(part)) {
        return copy(body, out, (continues ? have : 0), wanted);
      }
    }
  }

  private static boolean startsAt(long have, HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Content-Range")
        .filter(range -> range.startsWith("bytes " + have + "-"))
        .isPresent();
  }

  private Optional<String> copy(InputStream body, OutputStream out, long have, Wanted wanted)
      throws IOException {
    long limit = mostBytes(wanted);
    byte[] buffer = new byte[1 << 16];
    long total = have;
    try (Watchdog watchdog = new Watchdog(body, patience)) {
      while (true) {
        int count;
        try {
          count = body.read(buffer);
        } catch (IOException e) {
          return Optional.of(
              watchdog.bit() ? silence() : "the answer broke off after " + total + " bytes");
        }
        if (count < 0) {
          return watchdog.bit() ? Optional.of(silence()) : Optional.empty();
        }
        watchdog.calm();
        out.write(buffer, 0, count);
        total += count;
        if (total > limit) {
          return Optional.of("more than " + limit + " bytes, which is too much");
        }
      }
    }
  }

  private String silence() {
    return "silence for " + patience.toMillis() + " ms";
  }

  /** Closes a stream that gives nothing for too long, which ends a read that waits for it. */
  private static final class Watchdog implements AutoCloseable {
    private final ScheduledExecutorService timer;
    private final ScheduledFuture<?> watching;
    private volatile long lastSign = System.nanoTime();
    private volatile boolean bit;

    Watchdog(InputStream stream, Duration patience) {
      timer = new ScheduledThreadPoolExecutor(1);
      long period = Math.max(1, patience.toMillis() / 4);
      watching =
          timer.scheduleAtFixedRate(
              () -> {
                if (System.nanoTime() - lastSign > patience.toNanos() && !bit) {
                  bit = true;
                  close(stream);
                }
              },
              period,
              period,
              TimeUnit.MILLISECONDS);
    }

    private static void close(InputStream stream) {
      try {
        stream.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void calm() {
      lastSign = System.nanoTime();
    }

    boolean bit() {
      return bit;
    }

    @Override
    public void close() {
      watching.cancel(false);
      timer.shutdownNow();
    }
  }

  /** Why a complete file is not the wanted one; empty if it is. */
  private static Optional<String> refusal(Path file, Wanted wanted) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        InputStream content = new GZIPInputStream(raw, 1 << 16)) {
      Hasher hasher = Hashing.sha256().newHasher();
      byte[] buffer = new byte[1 << 16];
      long total = 0;
      for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
        total += count;
        if (total > wanted.size) {
          return Optional.of("the content is longer than the published one");
        }
        hasher.putBytes(buffer, 0, count);
      }
      return hasher.hash().toString().equals(wanted.sha256)
          ? Optional.empty()
          : Optional.of("the content is not the published one (SHA-256)");
    } catch (ZipException | EOFException e) {
      return Optional.of("no whole gzip file (" + e.getMessage() + ")");
    }
  }
}
