package org.vbar.notebook;

/**
 * A cell of a notebook.
 *
 * @param kind what is in it
 * @param line the line of the file on which its text starts, counted from 1
 * @param text Markdown, or Java, without empty lines before and after
 */
record Cell(Kind kind, int line, String text) {
  enum Kind {
    MARKDOWN,
    JAVA
  }

  boolean isJava() {
    return kind == Kind.JAVA;
  }
}
