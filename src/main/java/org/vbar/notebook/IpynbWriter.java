package org.vbar.notebook;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/**
 * Writes a notebook in the format of Jupyter, nbformat 4.5.
 *
 * <p>Nothing in it depends on when, where or on which JDK it was written.
 */
final class IpynbWriter {
  private static final Gson GSON =
      new GsonBuilder()
          .setFormattingStyle(FormattingStyle.PRETTY.withIndent(" "))
          .disableHtmlEscaping()
          .serializeNulls()
          .create();

  private IpynbWriter() {}

  static String write(ExecutedNotebook executed) {
    JsonArray cells = new JsonArray();
    List<Cell> sources = executed.notebook().cells();
    int executions = 0;
    for (int k = 0; k < sources.size(); k++) {
      Cell cell = sources.get(k);
      JsonObject json = new JsonObject();
      json.addProperty("cell_type", cell.isJava() ? "code" : "markdown");
      if (cell.isJava()) {
        executions++;
        json.addProperty("execution_count", executions);
      }
      json.addProperty("id", "cell-" + (k + 1));
      json.add("metadata", new JsonObject());
      if (cell.isJava()) {
        json.add("outputs", outputs(executed.outputs().get(k)));
      }
      json.add("source", lines(cell.text()));
      cells.add(json);
    }
    JsonObject notebook = new JsonObject();
    notebook.add("cells", cells);
    notebook.add("metadata", metadata());
    notebook.addProperty("nbformat", 4);
    notebook.addProperty("nbformat_minor", 5);
    return GSON.toJson(notebook) + "\n";
  }

  private static JsonObject metadata() {
    JsonObject kernel = new JsonObject();
    kernel.addProperty("display_name", "Java");
    kernel.addProperty("language", "java");
    kernel.addProperty("name", "rapaio-jupyter-kernel");
    JsonObject language = new JsonObject();
    language.addProperty("file_extension", ".jshell");
    language.addProperty("mimetype", "text/x-java-source");
    language.addProperty("name", "java");
    JsonObject metadata = new JsonObject();
    metadata.add("kernelspec", kernel);
    metadata.add("language_info", language);
    return metadata;
  }

  private static JsonArray outputs(List<Output> outputs) {
    JsonArray array = new JsonArray();
    for (Output output : outputs) {
      JsonObject json = new JsonObject();
      if (output instanceof Output.Printed printed) {
        json.addProperty("name", "stdout");
        json.addProperty("output_type", "stream");
        json.add("text", lines(printed.text()));
      } else if (output instanceof Output.Rich rich) {
        JsonObject data = new JsonObject();
        if (rich.mimeType().equals(Output.Rich.PNG)) {
          data.addProperty(rich.mimeType(), rich.data());
        } else {
          data.add(rich.mimeType(), lines(rich.data()));
        }
        data.add("text/plain", lines(rich.text()));
        json.add("data", data);
        json.add("metadata", new JsonObject());
        json.addProperty("output_type", "display_data");
      }
      array.add(json);
    }
    return array;
  }

  /** A text as Jupyter writes it: lines that end with a line feed, but for the last. */
  private static JsonArray lines(String text) {
    JsonArray lines = new JsonArray();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      int next = end < 0 ? text.length() : end + 1;
      lines.add(text.substring(start, next));
      start = next;
    }
    return lines;
  }
}
