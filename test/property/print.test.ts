/** Graphs and programs as `explain` prints them: what LeNet at 5 % density is made of. */
import { expect, test } from "vitest";
import { printGraph } from "../../src/graph/print.ts";
import { mlp } from "../../src/model/mlp.ts";
import { printProgram } from "../../src/program/print.ts";
import { compileExperiment, evaluationGraph } from "../../src/train/experiment.ts";

const lenet = mlp({ name: "lenet-300-100", input: [1, 28, 28], hidden: [300, 100], outputs: 10 });
const SGD = { name: "sgd", momentum: 0, nesterov: false, weightDecay: 0 } as const;

test("a graph", () => {
  expect(printGraph(evaluationGraph(lenet, {}))).toMatchInlineSnapshot(`
    "%0 = images() : [1,28,28] image
    %1 = column() {name=labels} : [] vector
    %2 = flatten(%0) : [784] vector
    %3 = parameter() {name=fc1.weight} : [300,784]
    %4 = parameter() {name=fc1.bias} : [300]
    %5 = linear(%2, %3) : [300] vector
    %6 = bias(%5, %4) : [300] vector
    %7 = relu(%6) : [300] vector
    %8 = parameter() {name=fc2.weight} : [100,300]
    %9 = parameter() {name=fc2.bias} : [100]
    %10 = linear(%7, %8) : [100] vector
    %11 = bias(%10, %9) : [100] vector
    %12 = relu(%11) : [100] vector
    %13 = parameter() {name=fc3.weight} : [10,100]
    %14 = parameter() {name=fc3.bias} : [10]
    %15 = linear(%12, %13) : [10] vector
    %16 = bias(%15, %14) : [10] vector  -> output
    %17 = softmax_cross_entropy(%16, %1) : [] vector  -> loss
    %18 = correct(%16, %1) {top=1} : [] vector  -> correct"
  `);
});

const twentieth = lenet.parameters
  .filter(({ prunable }) => prunable)
  .map(({ name, shape: [rows, columns] }) => {
    return [name, Uint8Array.from({ length: rows! * columns! }, (_, i) => +(i % 20 === 0))] as const;
  });
const program = compileExperiment(lenet, { optimizer: SGD, batch: 60, mask: new Map(twentieth) });

test("a program", () => {
  const { evaluate } = program.sections;
  expect(printProgram({ ...program, sections: { evaluate: evaluate! } })).toMatchInlineSnapshot(`
    "evaluate (128 lanes):
       0 gather_column(x=column#1@170080, indices=indices:128@31200, count=count@13840, scale=none, shift=none) column=0 features=1 lanes=128  [0.000 MFLOP, 1.00 KiB]
       1 gather_images(x=flatten#2@31328, indices=indices:128@31200, count=count@13840, scale=images.scale@13856, shift=images.shift@13872, counter=none) column=1 channels=1 height=28 width=28 lanes=128 flat=1 crop=0 flip=0  [0.000 MFLOP, 392.51 KiB]
       2 linear_forward_sparse(y=relu#7@131680, x=flatten#2@31328, values=fc1.weight@0, start=fc1.weight.rowStart@13888, column=fc1.weight.column@14192, bias=fc1.bias@11760) outputs=300 lanes=128 relu=1  [3.049 MFLOP, 636.22 KiB]
       3 linear_forward_sparse(y=relu#12@31328, x=relu#7@131680, values=fc2.weight@12064, start=fc2.weight.rowStart@25952, column=fc2.weight.column@26064, bias=fc2.bias@13568) outputs=100 lanes=128 relu=1  [0.397 MFLOP, 212.50 KiB]
       4 linear_forward_sparse(y=bias#16@44128, x=relu#12@31328, values=fc3.weight@13680, start=fc3.weight.rowStart@27568, column=fc3.weight.column@27584, bias=fc3.bias@13744) outputs=10 lanes=128 relu=0  [0.014 MFLOP, 55.47 KiB]
       5 softmax_cross_entropy(loss=softmax_cross_entropy#17@31328, logits=bias#16@44128, labels=column#1@170080) classes=10 lanes=128  [0.026 MFLOP, 6.00 KiB]
       6 correct(y=correct#18@31456, logits=bias#16@44128, labels=column#1@170080) classes=10 lanes=128 top=1  [0.001 MFLOP, 6.00 KiB]

    arena: 664.88 KiB; scratch of each thread: 0 B"
  `);
});

test("the kernels of a training step", () => {
  expect(program.sections.train!.calls.map(({ kernel }) => kernel).join("\n")).toMatchInlineSnapshot(`
    "gather_column
    gather_images
    linear_forward_sparse
    linear_forward_sparse
    linear_forward_sparse
    softmax_cross_entropy
    mean_gradient
    softmax_cross_entropy_gradient
    bias_gradient
    sgd_update
    linear_weight_gradient_sparse
    linear_input_gradient_sparse
    sgd_update
    bias_gradient
    sgd_update
    linear_weight_gradient_sparse
    linear_input_gradient_sparse
    sgd_update
    bias_gradient
    sgd_update
    linear_weight_gradient_sparse
    sgd_update"
  `);
});
