package org.vbar.notebook;

import com.google.common.collect.ImmutableList;

/**
 * A notebook with what its cells show.
 *
 * @param notebook the source
 * @param outputs one list per cell, empty for Markdown
 */
record ExecutedNotebook(Notebook notebook, ImmutableList<ImmutableList<Output>> outputs) {}
