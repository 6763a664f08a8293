package org.vbar.derive;

/** Which way the samples of a batch lie; books differ, and with it every transpose. */
public enum Layout {
  /** One sample per row, A = X W + b with X [m × in] and W [in × out], as the layers compute. */
  ROWS,

  /** One sample per column, A = W X + b with X [in × m] and W [out × in], as most books write. */
  COLUMNS
}
