package org.vbar.derive;

/**
 * An index of an entry, such as i in X[i,j].
 *
 * @param letter how it is written
 * @param counted what it counts, in words
 * @param size how many there are as text: a number, or {@code m} for samples
 */
record Index(String letter, String counted, String size) {}
