package org.vbar.notebook;

import com.google.common.html.HtmlEscapers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes Java as HTML in which comments, literals and keywords can be told apart. */
final class JavaHtml {
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<comment>//[^\\n]*|/\\*.*?\\*/)"
              + "|(?<string>\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*')"
              + "|(?<number>\\b\\d[\\w.]*)"
              + "|\\b(?<keyword>boolean|break|byte|case|catch|char|class|continue|default|do|double"
              + "|else|enum|extends|final|float|for|if|implements|import|instanceof|int|interface"
              + "|long|new|null|private|public|record|return|short|static|switch|this|throw|throws"
              + "|true|false|try|var|void|while|yield)\\b",
          Pattern.DOTALL);

  private static final String[] KINDS = {"comment", "string", "number", "keyword"};

  private JavaHtml() {}

  static String of(String java) {
    StringBuilder html = new StringBuilder();
    Matcher matcher = TOKEN.matcher(java);
    int written = 0;
    while (matcher.find()) {
      html.append(escaped(java.substring(written, matcher.start())));
      html.append("<span class=\"").append(kind(matcher)).append("\">");
      html.append(escaped(matcher.group())).append("</span>");
      written = matcher.end();
    }
    return html.append(escaped(java.substring(written))).toString();
  }

  private static String kind(Matcher matcher) {
    for (String kind : KINDS) {
      if (matcher.group(kind) != null) {
        return kind;
      }
    }
    throw new IllegalStateException(matcher.group());
  }

  private static String escaped(String text) {
    return HtmlEscapers.htmlEscaper().escape(text);
  }
}
