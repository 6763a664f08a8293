package org.vbar.export;

import java.util.Optional;

/**
 * How a picture looks.
 *
 * @param title over the picture, if there is one
 * @param legend whether the signs are explained under the picture
 * @param idPrefix before every id in the SVG, so that several pictures fit into one page
 * @param followsReader whether an SVG with light colours brings the dark ones for readers whose
 *     system asks for them
 */
record Style(
    Theme theme, Optional<String> title, boolean legend, String idPrefix, boolean followsReader) {
  /** The title, or what the picture is. */
  String titleOrDefault() {
    return title.orElse("Computation graph");
  }
}
