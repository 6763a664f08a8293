/**
 * Training: gradients of either world, applied to the shared parameters by an optimizer; long
 * trainings that can be interrupted; presets, records, pictures and models as files.
 *
 * <p>This room imports {@code graph}, {@code backprop}, {@code model}, {@code scalar}, {@code
 * layer} and {@code data}; besides {@code java.*} and Guava it uses Gson, Commons RNG, XChart and
 * Tribuo's ONNX classes with protobuf. Start reading at {@link org.vbar.train.World} and {@link
 * org.vbar.train.Trainer}, then {@link org.vbar.train.TrainingRun} and {@link
 * org.vbar.train.Preset}.
 */
@NullMarked
package org.vbar.train;

import org.jspecify.annotations.NullMarked;
