package org.vbar.export;

import com.google.common.collect.ArrayListMultimap;
import com.google.common.collect.ListMultimap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.vbar.graph.Group;

/** The frames of a scene as a tree, with boxes and arrows in the frames that they belong to. */
final class FrameTree {
  private final Map<String, Frame> frames = new HashMap<>();
  private final Map<String, Optional<String>> frameOfBox = new HashMap<>();
  private final ListMultimap<Optional<String>, Frame> inner = ArrayListMultimap.create();
  private final ListMultimap<Optional<String>, Box> boxes = ArrayListMultimap.create();
  private final ListMultimap<Optional<String>, Arrow> arrows = ArrayListMultimap.create();

  FrameTree(Scene scene) {
    Map<Group, String> ids = new HashMap<>();
    for (Frame frame : scene.frames()) {
      frames.put(frame.id(), frame);
      ids.put(frame.group(), frame.id());
      inner.put(frame.outer(), frame);
    }
    for (Box box : scene.boxes()) {
      Optional<String> frame = box.frame().flatMap(group -> Optional.ofNullable(ids.get(group)));
      frameOfBox.put(box.id(), frame);
      boxes.put(frame, box);
    }
    for (Arrow arrow : scene.arrows()) {
      arrows.put(around(arrow), arrow);
    }
  }

  /** The innermost frame around both ends of an arrow. */
  private Optional<String> around(Arrow arrow) {
    Set<Optional<String>> aroundFrom = new HashSet<>();
    Optional<String> frame = frameOfBox(arrow.from());
    while (frame.isPresent()) {
      aroundFrom.add(frame);
      frame = outer(frame.get());
    }
    frame = frameOfBox(arrow.to());
    while (frame.isPresent() && !aroundFrom.contains(frame)) {
      frame = outer(frame.get());
    }
    return frame;
  }

  private Optional<String> frameOfBox(String box) {
    return frameOfBox.getOrDefault(box, Optional.empty());
  }

  private Optional<String> outer(String frame) {
    return Optional.ofNullable(frames.get(frame)).flatMap(Frame::outer);
  }

  /** The boxes directly in a frame, or in none. */
  List<Box> boxes(Optional<String> frame) {
    return boxes.get(frame);
  }

  /** The arrows within a frame but within no inner one. */
  List<Arrow> arrows(Optional<String> frame) {
    return arrows.get(frame);
  }

  /** Visits all frames depth first: {@code enter} and {@code leave} nest like brackets. */
  void visit(Consumer<Frame> enter, Runnable leave) {
    visit(Optional.empty(), enter, leave);
  }

  private void visit(Optional<String> outer, Consumer<Frame> enter, Runnable leave) {
    for (Frame frame : inner.get(outer)) {
      enter.accept(frame);
      visit(Optional.of(frame.id()), enter, leave);
      leave.run();
    }
  }
}
