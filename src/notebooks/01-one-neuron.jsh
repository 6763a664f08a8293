// %% [markdown]
// # 1 · One neuron by hand
//
// Test $\bar{v} = \sum_j \bar{v}_j \, \frac{\partial v_j}{\partial v}$

// %%
import org.vbar.graph.Graph;
import org.vbar.graph.Node;
import org.vbar.backprop.Backprop;
import org.vbar.export.GraphPicture;
import org.vbar.notebook.Display;
import org.vbar.notebook.Lesson;

// %%
Graph graph = new Graph();
Node x = graph.variable("x", 2);
Node y = x.times(x).named("y");
Lesson.check(y.value() == 4, "y is 4");

// %%
Display.graph(GraphPicture.of(Backprop.sweep(y)), "y is x times x");
Display.math("y = x^2");
Display.text(y.value());
