package org.vbar.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vbar.train.CheckpointStore;
import org.vbar.train.TrainingRun;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How often to write a checkpoint: after a time such as {@code 30s}, or after some steps. */
sealed interface CheckpointInterval {
  /** Tells a run where and how often to write checkpoints. */
  void apply(TrainingRun run, CheckpointStore store);

  /** After a time. */
  record Time(Duration duration) implements CheckpointInterval {
    @Override
    public void apply(TrainingRun run, CheckpointStore store) {
      run.checkpointedIn(store, duration);
    }
  }

  /** After a number of steps. */
  record Steps(int count) implements CheckpointInterval {
    @Override
    public void apply(TrainingRun run, CheckpointStore store) {
      run.checkpointedIn(store, count);
    }
  }

  /** Reads {@code 30s}, {@code 5m}, {@code 1h} or a number of steps. */
  final class Converter implements ITypeConverter<CheckpointInterval> {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})([smh]?)");

    @Override
    public CheckpointInterval convert(String text) {
      Matcher matcher = FORM.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "expected a time such as 30s, 5m or 1h, or a number of steps, but got " + text);
      }
      int number = Integer.parseInt(matcher.group(1));
      return switch (matcher.group(2)) {
        case "s" -> new Time(Duration.ofSeconds(number));
        case "m" -> new Time(Duration.ofMinutes(number));
        case "h" -> new Time(Duration.ofHours(number));
        default -> new Steps(number);
      };
    }
  }
}
