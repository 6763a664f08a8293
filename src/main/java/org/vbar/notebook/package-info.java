/**
 * Lessons that run: sources with Markdown and Java cells, executed on the JDK's own JShell and
 * written as Jupyter notebooks and as web pages.
 *
 * <p>This room imports every other room but {@code cli}; besides {@code java.*} and Guava it uses
 * {@code jdk.jshell}, Gson for the notebook format and commonmark-java for Markdown. Start reading
 * at {@link org.vbar.notebook.Notebooks}, then {@link org.vbar.notebook.Display}, which is what the
 * cells of a lesson use.
 */
@NullMarked
package org.vbar.notebook;

import org.jspecify.annotations.NullMarked;
