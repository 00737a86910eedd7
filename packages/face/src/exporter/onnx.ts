/**
 * A writer of ONNX graphs: names tensors, collects nodes and weights, and encodes the file.
 * Field numbers from onnx.proto3 (IR version 8, opset 17). The same calls give the same bytes.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 * @module
 */
import {
  bytesField,
  concat,
  floatField,
  intField,
  type Message,
  messageField,
  packedField,
  textField,
} from './protobuf.ts';

/** TensorProto.DataType */
const elementType = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const;
export type ElementType = keyof typeof elementType;

/** The name of a tensor of the graph. Short, because names are part of the delivered bytes. */
export type Tensor = string;

export type Attribute = number | { readonly float: number } | readonly number[] | string;

export interface Weights {
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little-endian elements, row-major. */
  readonly bytes: Uint8Array;
}

export class OnnxGraph {
  readonly #nodes: Message[] = [];
  readonly #initializers: Message[] = [];
  readonly #inputs: Message[] = [];
  readonly #outputs: Message[] = [];
  #count = 0;

  /** Declares a float32 input. */
  input(name: string, shape: readonly number[]): Tensor {
    this.#inputs.push(messageField(11, valueInfo(name, shape)));
    return name;
  }

  /** Declares a float32 output that carries `from`. */
  output(name: string, from: Tensor, shape: readonly number[]): void {
    this.#nodes.push(node('Identity', [from], name, {}));
    this.#outputs.push(messageField(12, valueInfo(name, shape)));
  }

  weights({ type, shape, bytes }: Weights): Tensor {
    const name = `w${this.#count++}`;
    const tensor: Message = [
      ...packedField(1, shape),
      ...intField(2, elementType[type]),
      ...textField(8, name),
      ...bytesField(9, bytes),
    ];
    this.#initializers.push(messageField(5, tensor));
    return name;
  }

  floats(values: Float32Array, shape: readonly number[] = [values.length]): Tensor {
    const bytes = new Uint8Array(values.length * 4);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      view.setFloat32(4 * i, value, true);
    });
    return this.weights({ type: 'float32', shape, bytes });
  }

  int64s(values: readonly number[]): Tensor {
    const bytes = new Uint8Array(values.length * 8);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      view.setBigInt64(8 * i, BigInt(value), true);
    });
    return this.weights({ type: 'int64', shape: [values.length], bytes });
  }

  /** Appends a node with one output and returns that output. */
  node(op: string, inputs: readonly Tensor[], attributes: Readonly<Record<string, Attribute>> = {}): Tensor {
    const output = `t${this.#count++}`;
    this.#nodes.push(node(op, inputs, output, attributes));
    return output;
  }

  encode(name: string): Uint8Array<ArrayBuffer> {
    const graph: Message = [
      ...this.#nodes.flat(),
      ...textField(2, name),
      ...this.#initializers.flat(),
      ...this.#inputs.flat(),
      ...this.#outputs.flat(),
    ];
    return concat([
      ...intField(1, 8),
      ...textField(2, 'blindsight'),
      ...messageField(7, graph),
      ...messageField(8, [...textField(1, ''), ...intField(2, 17)]),
    ]);
  }
}

function node(
  op: string,
  inputs: readonly Tensor[],
  output: Tensor,
  attributes: Readonly<Record<string, Attribute>>,
): Message {
  return messageField(1, [
    ...inputs.flatMap((input) => textField(1, input)),
    ...textField(2, output),
    ...textField(4, op),
    ...Object.entries(attributes).flatMap(([name, value]) =>
      messageField(5, [...textField(1, name), ...attribute(value)]),
    ),
  ]);
}

/** Value, then AttributeProto.type. */
function attribute(value: Attribute): Message {
  if (typeof value === 'number') return [...intField(3, value), ...intField(20, 2)];
  if (typeof value === 'string') return [...textField(4, value), ...intField(20, 3)];
  if ('float' in value) return [...floatField(2, value.float), ...intField(20, 1)];
  return [...packedField(8, value), ...intField(20, 7)];
}

function valueInfo(name: string, shape: readonly number[]): Message {
  const dimensions = shape.flatMap((size) => messageField(1, intField(1, size)));
  const tensorType = messageField(1, [...intField(1, elementType.float32), ...messageField(2, dimensions)]);
  return [...textField(1, name), ...messageField(2, tensorType)];
}
