package org.vbar.export;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.vbar.graph.Group;

/**
 * One box of a picture.
 *
 * @param id unique in its picture and stable: {@code n17} for the node with index 17
 * @param kind what it stands for
 * @param output whether the picture starts here
 * @param onPath whether the path of largest contribution goes through
 * @param heading the name, as wrapped lines
 * @param details smaller lines under the name
 * @param rows labelled numbers
 * @param vBar v̄ for the bar; empty where none is drawn
 * @param tooltip everything, in full precision
 * @param frame the group whose frame is drawn around this box
 */
record Box(
    String id,
    Kind kind,
    boolean output,
    boolean onPath,
    List<String> heading,
    List<String> details,
    List<Row> rows,
    OptionalDouble vBar,
    String tooltip,
    Optional<Group> frame) {

  /** What a box stands for. */
  enum Kind {
    VARIABLE,
    CONSTANT,
    OP,
    /** The nodes of a group. */
    GROUP,
    /** The leaves of an array. */
    ARRAY,
    /** What is too far away to be shown. */
    REST;

    /** Whether more than one node is in the box. */
    boolean isCollapsed() {
      return this == GROUP || this == ARRAY || this == REST;
    }

    /** Whether it is drawn as a stack. */
    boolean isStack() {
      return this == GROUP || this == ARRAY;
    }

    /** For class names. */
    String title() {
      return switch (this) {
        case VARIABLE -> "variable";
        case CONSTANT -> "constant";
        case OP -> "op";
        case GROUP -> "group";
        case ARRAY -> "array";
        case REST -> "rest";
      };
    }
  }

  /**
   * A number with its label.
   *
   * @param longest the longest text that will stand in the number's place
   */
  record Row(String label, String number, String longest) {
    Row(String label, String number) {
      this(label, number, number);
    }
  }
}
