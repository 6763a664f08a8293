package org.vbar.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.vbar.backprop.Adjoints;
import org.vbar.backprop.Backprop;
import org.vbar.export.GraphPicture;
import org.vbar.export.HtmlStepper;
import org.vbar.export.TextTree;
import org.vbar.export.Theme;
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.graph.Op;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vbar graph EXPRESSION}: records a formula, sweeps it, prints and draws it. */
@Command(
    name = "graph",
    description = "Records a formula as a graph, sweeps it, and prints or draws the result.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  vbar graph \"relu(w*x+b)^2\" --at w=1,x=2,b=-1 --svg out.svg"})
final class GraphCommand implements Callable<Integer> {
  @Parameters(paramLabel = "EXPRESSION", description = "For example \"relu(w*x+b)^2\".")
  private String text;

  @Option(
      names = "--at",
      paramLabel = "NAME=VALUE",
      split = ",",
      description = "The values of the variables, for example w=1,x=2.")
  private Map<String, Double> point = new LinkedHashMap<>();

  @Option(names = "--dot", paramLabel = "FILE", description = "Write the graph as DOT text.")
  private @Nullable Path dot;

  @Option(names = "--svg", paramLabel = "FILE", description = "Draw the graph as SVG.")
  private @Nullable Path svg;

  @Option(names = "--png", paramLabel = "FILE", description = "Draw the graph as PNG.")
  private @Nullable Path png;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page on which one steps through both passes.")
  private @Nullable Path html;

  @Option(
      names = "--theme",
      description = "light or dark (default: ${DEFAULT-VALUE}).",
      defaultValue = "light")
  private Theme theme;

  @Option(names = "--trace", description = "Print every term of the backprop rule.")
  private boolean trace;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    requireExtension(dot, "dot");
    requireExtension(svg, "svg");
    requireExtension(png, "png");
    requireExtension(html, "html");
    Graph graph = new Graph(Graph.Option.NAN_LEAVES);
    Node output = Expression.record(text, graph, point);
    if (output.name().isEmpty()) {
      output.named("y");
    }
    Adjoints adjoints = Backprop.sweep(output);
    PrintWriter out = spec.commandLine().getOut();
    out.println(TextTree.of(adjoints));
    out.println(gradient(adjoints));
    if (trace) {
      out.println(Backprop.trace(output));
    }
    adjoints.check().ifPresent(anomaly -> out.println("Note: " + anomaly.report()));
    GraphPicture picture = GraphPicture.of(adjoints).theme(theme).title(text);
    for (Path file : files()) {
      Pictures.write(picture, file, out);
    }
    if (html != null) {
      Pictures.write(HtmlStepper.of(output).title(text), html, out);
    }
    return 0;
  }

  private static void requireExtension(@Nullable Path file, String format) {
    if (file != null && !file.toString().toLowerCase(Locale.ROOT).endsWith("." + format)) {
      throw new CommandException(
          "Expected a file name that ends in .%s after --%s but got %s."
              .formatted(format, format, file));
    }
  }

  private static TextTable gradient(Adjoints adjoints) {
    Node y = adjoints.output();
    TextTable table = new TextTable("variable", "value", "∂" + y.label() + "/∂variable");
    for (Node node : y.graph().nodes()) {
      if (node.op() == Op.VARIABLE) {
        table.row(node.label(), Double.toString(node.value()), Double.toString(adjoints.of(node)));
      }
    }
    return table;
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path file : new @Nullable Path[] {dot, svg, png}) {
      if (file != null) {
        files.add(file);
      }
    }
    return files;
  }
}
