package org.vbar.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts template, style, script, picture and data of a stepper into one file. */
final class StepperPage {
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private StepperPage() {}

  static String html(String title, String svg, String json) {
    String style = resource("stepper.css") + darkPicture();
    String script = resource("stepper.js");
    Map<String, String> parts =
        Map.of(
            "title",
            XmlEscaper.escaped(title),
            "policy",
            policy(style, script),
            "style",
            style,
            "script",
            script,
            "svg",
            SvgSheets.of(svg.substring(svg.indexOf("<svg"))),
            "data",
            json);
    // One pass over the template: what a part contains is never taken for a place.
    return PLACE
        .matcher(resource("stepper.html"))
        .replaceAll(place -> Matcher.quoteReplacement(parts.getOrDefault(place.group(1), "")));
  }

  /** Nothing may be loaded, and nothing run or styled but what has these hashes. */
  private static String policy(String style, String script) {
    return "default-src 'none'; script-src '%s'; style-src '%s'; base-uri 'none'; form-action 'none'"
        .formatted(hash(script), hash(style));
  }

  private static String hash(String text) {
    byte[] digest = Hashing.sha256().hashString(text, UTF_8).asBytes();
    return "sha256-" + Base64.getEncoder().encodeToString(digest);
  }

  /** Rules that replace each colour of the light picture by its counterpart. */
  private static String darkPicture() {
    StringBuilder rules = new StringBuilder();
    // :where keeps the rules as weak as the attributes that they replace
    Theme.darkRules()
        .forEach(
            (selector, rule) ->
                rules.append(
                    ":where([data-theme=dark] #picture %s) { %s; }\n".formatted(selector, rule)));
    return rules.toString();
  }

  private static String resource(String name) {
    try {
      return Resources.toString(Resources.getResource(StepperPage.class, name), UTF_8)
          .replace("\r\n", "\n"); // the browser hashes what it has parsed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
