"""An ONNX file of plain convolutions as a PyTorch function, where no ONNX runtime is installed (Debian: python3-onnx)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor
from torch.nn import functional as F


def network(path: Path) -> Callable[[Tensor], Tensor]:
    """@returns a function of the one input, for a batch of one. @raises ValueError at an operator it does not know"""
    graph = onnx.load(str(path)).graph
    constants = {t.name: _tensor(t) for t in graph.initializer}
    constants |= {n.output[0]: _tensor(n.attribute[0].t) for n in graph.node if n.op_type == "Constant"}
    nodes = [n for n in graph.node if n.op_type != "Constant"]

    def run(x: Tensor) -> Tensor:
        values = {**constants, graph.input[0].name: x}
        for node in nodes:
            values[node.output[0]] = _evaluate(node, [values[name] for name in node.input])
        return values[graph.output[0].name]

    return run


def _tensor(proto: onnx.TensorProto) -> Tensor:
    return torch.from_numpy(np.array(numpy_helper.to_array(proto)))


def _evaluate(node: onnx.NodeProto, inputs: list[Tensor]) -> Tensor:
    if node.op_type == "Conv":
        options = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        top, left, bottom, right = options["pads"]
        if (top, left) != (bottom, right):
            raise ValueError(f"{node.name}: uneven padding is not supported")
        return F.conv2d(*inputs, stride=options["strides"], padding=(top, left), groups=options["group"])
    if node.op_type == "Clip":
        return inputs[0].clamp(inputs[1].item(), inputs[2].item())
    if node.op_type == "Relu":
        return inputs[0].relu()
    if node.op_type == "Add":
        return inputs[0] + inputs[1]
    if node.op_type == "Reshape":
        return inputs[0].reshape(inputs[1].tolist())
    raise ValueError(f"{node.name}: operator {node.op_type} is not supported")
