#!/bin/sh
# Measures everything in docs/comparison.md, each piece in a process of its own, on one core.
#
#     VBAR_MNIST=FOLDER PYTHON=venv/bin/python src/compare/run.sh [PART]...
#
# Parts: mlp, rosenbrock-N, large, second, starts, mnist; without any, all of them.
# Needs target/compare/classpath and compiled classes; docs/comparison.md says how.
set -eu

python=${PYTHON:-python3}
scripts=src/compare/python
classes="target/test-classes:target/classes:$(cat target/compare/classpath)"
java="java -Xmx3g -XX:+UseParallelGC --add-modules jdk.incubator.vector -cp $classes"
core="taskset -c 0"

# One thread for every library that would start more
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
export XLA_FLAGS=--xla_cpu_multi_thread_eigen=false JAX_PLATFORMS=cpu

on_jvm() { # work systems...
  work=$1
  shift
  for system in "$@"; do
    $core $java org.vbar.compare.Derivatives "$work" "$system" 2> /dev/null
  done
}

in_python() { # work systems...
  work=$1
  shift
  for system in "$@"; do
    $core "$python" $scripts/derivatives.py "$work" "$system"
  done
}

first() { # work
  on_jvm "$1" by-hand vbar-recorded vbar-compiled hipparchus
  in_python "$1" micrograd numpy-by-hand autograd pytorch pytorch-func pytorch-compile \
    pytorch-per-scalar jax-jit
  # At n = 1000 compiling it is a matter of minutes, if it ends at all
  [ "$1" = rosenbrock-1000 ] || in_python "$1" jax-jit-per-scalar
}

# What can be recorded per scalar, compiled or written with arrays at any size
large() {
  on_jvm rosenbrock-100000 by-hand vbar-recorded vbar-compiled
  in_python rosenbrock-100000 numpy-by-hand autograd pytorch pytorch-compile jax-jit
}

second() {
  on_jvm product-100 by-hand vbar-compiled hipparchus
  in_python product-100 autograd pytorch pytorch-func jax-jit
  on_jvm hessian-100 by-hand vbar-recorded vbar-compiled hipparchus hipparchus-general
  in_python hessian-100 autograd pytorch pytorch-func jax-jit
}

# On all cores, as compilers use them
starts() {
  for system in by-hand vbar-recorded vbar-compiled hipparchus; do
    "$python" $scripts/startup.py $system $java org.vbar.compare.Derivatives mlp $system once \
      2> /dev/null
  done
  for system in micrograd numpy-by-hand autograd pytorch pytorch-compile pytorch-per-scalar jax-jit; do
    "$python" $scripts/startup.py $system "$python" $scripts/derivatives.py mlp $system once
  done
}

mnist() {
  epochs=${EPOCHS:-13}
  for system in numpy-by-hand autograd pytorch pytorch-plain jax-jit jax-jit-scan; do
    $core "$python" $scripts/mnist.py $system $epochs
  done
  $core "$python" $scripts/products.py
  for system in vbar djl dl4j; do
    $core $java -Dai.djl.pytorch.num_threads=1 org.vbar.compare.MnistEpochs $system $epochs \
      2> /dev/null
  done
}

[ $# -gt 0 ] || set -- mlp rosenbrock-10 rosenbrock-100 rosenbrock-1000 large second starts mnist
for part in "$@"; do
  case $part in
    mlp | rosenbrock-*) first "$part" ;;
    large | second | starts | mnist) $part ;;
    *) echo "There is no part $part." >&2; exit 2 ;;
  esac
done
