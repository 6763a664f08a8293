package org.vbar.train;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vbar.model.Activation;
import org.vbar.model.LayerSpec;
import org.vbar.model.LossKind;
import org.vbar.model.MlpParameters;
import org.vbar.model.MlpSpec;

/**
 * A network in the ONNX format: input {@code x} [batch × in], output {@code y} [batch × out], in
 * {@code float} because not every runtime has all operators in double.
 *
 * <p>With softmax cross-entropy the output is the probabilities, otherwise the last activations.
 * Operators are those of opset 13, so GELU and SiLU are written out.
 */
final class OnnxModel {
  private static final int OPSET = 13;
  private static final int IR_VERSION = 7;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("vbar");
  private int count;

  private OnnxModel() {}

  /** The bytes of a file. */
  static byte[] of(MlpParameters parameters) {
    return new OnnxModel().build(parameters).toByteArray();
  }

  private ModelProto build(MlpParameters parameters) {
    MlpSpec spec = parameters.spec();
    graph.addInput(matrix("x", spec.inputs()));
    String z = "x";
    for (int l = 0; l < spec.layers().size(); l++) {
      LayerSpec layer = spec.layers().get(l);
      String w = tensor("W" + (l + 1), parameters.weights(l), layer.inputs(), layer.outputs());
      String a = node("MatMul", z, w);
      if (spec.hasBiases()) {
        a = node("Add", a, tensor("b" + (l + 1), parameters.biases(l), layer.outputs()));
      }
      z = activation(layer.activation(), a);
    }
    NodeProto.Builder last =
        NodeProto.newBuilder()
            .setOpType(spec.loss() == LossKind.SOFTMAX_CROSS_ENTROPY ? "Softmax" : "Identity")
            .addInput(z)
            .addOutput("y");
    if (spec.loss() == LossKind.SOFTMAX_CROSS_ENTROPY) {
      last.addAttribute(
          AttributeProto.newBuilder()
              .setName("axis")
              .setType(AttributeProto.AttributeType.INT)
              .setI(1));
    }
    graph.addNode(last);
    graph.addOutput(matrix("y", spec.outputs()));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("vbar")
        .setDocString(spec.toString())
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(graph)
        .build();
  }

  private String activation(Activation activation, String a) {
    return switch (activation) {
      case IDENTITY -> a;
      case RELU -> node("Relu", a);
      case LEAKY_RELU -> leakyRelu(a);
      case SIGMOID -> node("Sigmoid", a);
      case TANH -> node("Tanh", a);
      case SOFTPLUS -> node("Softplus", a);
      case GELU -> {
        // a · ½ (1 + erf(a / √2))
        String erf = node("Erf", node("Mul", a, tensor("", new double[] {Math.sqrt(0.5)})));
        String half = node("Mul", a, tensor("", new double[] {0.5}));
        yield node("Mul", half, node("Add", erf, tensor("", new double[] {1})));
      }
      case SILU -> node("Mul", a, node("Sigmoid", a));
    };
  }

  private String leakyRelu(String a) {
    String output = node("LeakyRelu", a);
    graph
        .getNodeBuilder(graph.getNodeCount() - 1)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("alpha")
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF((float) Activation.LEAKY_SLOPE));
    return output;
  }

  @CanIgnoreReturnValue
  private String node(String operator, String... inputs) {
    count++;
    String output = "v" + count;
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).addOutput(output);
    for (String input : inputs) {
      node.addInput(input);
    }
    graph.addNode(node);
    return output;
  }

  /** Adds an array of numbers; a scalar has no dimensions. */
  private String tensor(String name, double[] values, int... shape) {
    count++;
    String unique = name.isEmpty() ? "c" + count : name;
    ByteBuffer raw =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      raw.putFloat((float) value);
    }
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(unique)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(raw.array()));
    for (int size : shape) {
      tensor.addDims(size);
    }
    graph.addInitializer(tensor);
    return unique;
  }

  /** A matrix [batch × columns] of float. */
  private static ValueInfoProto matrix(String name, int columns) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(columns))
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }
}
