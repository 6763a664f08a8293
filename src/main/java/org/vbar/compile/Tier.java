package org.vbar.compile;

/** How a compiled function runs at present. */
public enum Tier {
  /** One loop over flat columns: ready at once, for graphs of any size. */
  INTERPRETER,
  /** Java bytecode made for this function, which HotSpot compiles to machine code. */
  BYTECODE
}
