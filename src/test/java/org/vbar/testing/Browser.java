package org.vbar.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.Sequence;
import org.openqa.selenium.interactions.WheelInput;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.print.PrintOptions;

/** A headless Chromium without network that looks at files. */
public final class Browser implements AutoCloseable {
  private static final Duration LONGEST_OPENING = Duration.ofSeconds(60);

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Starts a browser; skips the test, and says so, if this machine has none. */
  public static Browser start(Path profile) {
    Optional<Path> chromium = program("chromium", "chromium-browser", "google-chrome");
    Optional<Path> chromedriver = program("chromedriver");
    Assumptions.assumeTrue(
        chromium.isPresent() && chromedriver.isPresent(),
        "No chromium and chromedriver on the PATH: the stepper is not tested in a browser"
            + " (Debian: apt install chromium chromium-driver).");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(chromium.orElseThrow().toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1440,1000",
        "--user-data-dir=" + profile);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.orElseThrow().toFile())
            .usingAnyFreePort()
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  private static Optional<Path> program(String... names) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(names)
        .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(d -> Path.of(d, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Opens a file and waits for its script. */
  public void open(Path file, String fragment) {
    driver.get("about:blank");
    driver.get(file.toAbsolutePath().toUri() + fragment);
    // On a busy machine the driver may be back before the page is there.
    String isThere = "return document.readyState === 'complete' && location.protocol === 'file:'";
    Instant end = Instant.now().plus(LONGEST_OPENING);
    while (!run(isThere).equals(true)) {
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException(file + " has not loaded within " + LONGEST_OPENING + ".");
      }
    }
  }

  /** What a script returns; {@code script} may be an expression with {@code return}. */
  public Object run(String script) {
    return Optional.ofNullable(driver.executeScript(script)).orElse("null");
  }

  /** What a script gives to its function {@code done}, later. */
  public Object runLater(String script) {
    Object given =
        driver.executeAsyncScript("const done = arguments[arguments.length - 1];" + script);
    return Optional.ofNullable(given).orElse("null");
  }

  /** The visible text of an element. */
  public String text(String id) {
    return driver.findElement(By.id(id)).getText();
  }

  /** Types keys wherever the focus is. */
  public void type(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** Moves the pointer to the middle of an element. */
  public void pointAt(String selector) {
    new Actions(driver).moveToElement(driver.findElement(By.cssSelector(selector))).perform();
  }

  /** Clicks an element. */
  public void click(String selector) {
    driver.findElement(By.cssSelector(selector)).click();
  }

  /** The colours that the reader's system prefers, and the width of the screen. */
  public void device(String scheme, int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** Shows pages as on {@code screen} or as in {@code print}, without printing. */
  public void medium(String medium) {
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", medium));
  }

  /** Whether the pages that are opened from now on may run their script. */
  public void scripts(boolean run) {
    driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !run));
  }

  /** The page as the browser prints it, a PDF. */
  public byte[] print() {
    return Base64.getDecoder().decode(driver.print(new PrintOptions()).getContent());
  }

  /** Puts two fingers on an element, left and right of its middle, and moves them apart. */
  public void spread(String selector, int from, int to) {
    WebElement element = driver.findElement(By.cssSelector(selector));
    driver.perform(
        List.of(finger("left", element, -from, -to), finger("right", element, from, to)));
  }

  /** Draws one finger over an element, from its middle to the right. */
  public void swipe(String selector, int by) {
    driver.perform(List.of(finger("one", driver.findElement(By.cssSelector(selector)), 0, by)));
  }

  /** Taps on the middle of an element. */
  public void tap(String selector) {
    driver.perform(List.of(finger("tap", driver.findElement(By.cssSelector(selector)), 0, 0)));
  }

  /** Drags the middle of an element with the mouse. */
  public void drag(String selector, int x, int y) {
    new Actions(driver).dragAndDropBy(driver.findElement(By.cssSelector(selector)), x, y).perform();
  }

  /** Turns the mouse wheel over the middle of an element. */
  public void wheel(String selector, int by) {
    WebElement element = driver.findElement(By.cssSelector(selector));
    new Actions(driver)
        .scrollFromOrigin(WheelInput.ScrollOrigin.fromElement(element), 0, by)
        .perform();
  }

  /** Presses a key with Shift held. */
  public void typeShifted(Keys key) {
    new Actions(driver).keyDown(Keys.SHIFT).sendKeys(key).keyUp(Keys.SHIFT).perform();
  }

  private static Sequence finger(String name, WebElement on, int from, int to) {
    PointerInput touch = new PointerInput(PointerInput.Kind.TOUCH, name);
    PointerInput.Origin origin = PointerInput.Origin.fromElement(on);
    Sequence sequence =
        new Sequence(touch, 0)
            .addAction(touch.createPointerMove(Duration.ZERO, origin, from, 0))
            .addAction(touch.createPointerDown(PointerInput.MouseButton.LEFT.asArg()));
    if (to != from) {
      sequence.addAction(touch.createPointerMove(Duration.ofMillis(200), origin, to, 0));
    }
    return sequence.addAction(touch.createPointerUp(PointerInput.MouseButton.LEFT.asArg()));
  }

  /** Writes what is seen as PNG. */
  public void picture(Path file) throws IOException {
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  /**
   * How many milliseconds the page's thread has worked so far on all of some parts: {@code
   * ScriptDuration}, {@code RecalcStyleDuration}, {@code LayoutDuration} or {@code TaskDuration}.
   * Time in which the machine had something else to do does not count.
   */
  public double threadMillis(Set<String> parts) {
    driver.executeCdpCommand("Performance.enable", Map.of("timeDomain", "threadTicks"));
    Map<String, Object> given = driver.executeCdpCommand("Performance.getMetrics", Map.of());
    return Optional.ofNullable((List<?>) given.get("metrics")).stream()
        .flatMap(List::stream)
        .map(metric -> (Map<?, ?>) metric)
        .filter(metric -> parts.contains(String.valueOf(metric.get("name"))))
        .mapToDouble(metric -> 1e3 * Double.parseDouble(String.valueOf(metric.get("value"))))
        .sum();
  }

  /** What the browser complained about, such as a violation of the content security policy. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
