/** What each op computes, in a sentence with its formula, for the generated documentation: nothing that runs reads it. */
import type { OpName } from "../graph/types.ts";

export const OP_SUMMARIES: Readonly<Record<OpName, string>> = {
  multiply: "y = a b",
  divide: "y = a / b",
  affine: "y = factor x + offset",
  exp: "y = exp(x)",
  log: "y = log(x), NaN below 0",
  square_root: "y = sqrt(x), NaN below 0",
  clip: "y = min(max(x, low), high)",
  clip_gradient: "dx = dy where low <= x <= high, else +0",
  is_below: "y = 1 where x < limit, else +0",
  total: "y = sum of all entries of x, [1]",
  fill: "a tensor stored as `like` is, every entry the one value",
  batch_statistics:
    "mean and variance (divided by the count) of every channel over the live examples and all pixels, [2, channels]",
  stack: "two vectors as the rows of a matrix",
  row: "one row of a matrix",
  batch_norm: "y = gamma (x - mean) / sqrt(variance + epsilon) + beta, per channel (Ioffe & Szegedy 2015, algorithm 1)",
  batch_norm_sums:
    "sum of dy, and sum of dy times normalised x, per channel: the gradients of beta and gamma, [2, channels]",
  batch_norm_input_gradient:
    "dx = gamma / sqrt(variance + epsilon) (dy - mean(dy) - normalised x mean(dy normalised x)), +0 on padding lanes: the gradient through the statistics too",
  convolution:
    "y[o,h,v] = sum over c, a, b of w[o,c,a,b] x[c, h stride + a dilation - padding, v stride + b dilation - padding], zeros outside",
  convolution_input_gradient:
    "dx[c,i,j] = sum over a, b, o of w[o,c,a,b] dy[o,h,v] where x[c,i,j] meets tap a, b in output h, v",
  convolution_weight_gradient:
    "dw[o,c,a,b] = sum over the batch and all h, v of dy[o,h,v] times the x that tap a, b meets there, for the kept weights of w only, stored as w is",
  flatten: "The same values with all feature axes joined into one.",
  reshape: "The same values under another shape or layout.",
  relu: "y = max(x, 0)",
  relu_gradient: "dx = dy where y > 0, else +0",
  tanh: "y = tanh(x)",
  tanh_gradient: "dx = dy (1 - y^2)",
  sigmoid: "y = 1 / (1 + exp(-x))",
  sigmoid_gradient: "dx = dy y (1 - y)",
  elu: "y = x above 0, exp(x) - 1 below (Clevert et al. 2016, alpha 1)",
  elu_gradient: "dx = dy where y > 0, else dy (y + 1)",
  scale: "y = factor x",
  add: "y = a + b",
  dropout:
    "y = x / (1 - rate) where the `dropout` stream keeps an entry, else +0; its gradient is itself, drawn alike (Srivastava et al. 2014, inverted)",
  max_pool: "y = the largest x of every window; padding is never chosen",
  max_pool_gradient: "dx = sum of the dy of the windows in which x is the first largest value, by rows",
  average_pool: "y = the mean of every window, in which padding counts as zeros",
  average_pool_gradient: "dx = sum of the dy of the windows around x, divided by the window's size",
  concatenate: "images of one size joined along their channels",
  channels: "the channels from..from+count",
  pad: "zeros before and after the channels, rows and columns; negative counts cut instead",
  linear: "y[o] = sum over i of w[o,i] x[i]",
  linear_input_gradient: "dx[i] = sum over o of w[o,i] dy[o]",
  linear_weight_gradient: "dw[o,i] = sum over the batch of dy[o] x[i], for the kept weights of w only, stored as w is",
  bias: "y[f] = x[f] + b[f], f a feature, or the channel of images",
  bias_gradient: "db[f] = sum over the batch, and over the pixels of images, of dy[f]",
  one_hot: "y[c] = 1 where c is the label, else 0",
  mean_gradient: "1 / batch size for every example, +0 on padding lanes: the gradient of the batch's mean loss",
  softmax_cross_entropy: "loss = log(sum over c of exp(x[c])) - x[label], per example",
  softmax_cross_entropy_gradient: "dx[c] = dy (softmax(x)[c] - [c is the label])",
  binary_cross_entropy: "loss = mean over features of log(1 + exp(x)) - x target, x logits, per example",
  binary_cross_entropy_gradient: "dx = dy (sigmoid(x) - target) / features",
  mean_squared_error: "loss = mean over features of (x - target)^2, per example",
  mean_squared_error_gradient: "dx = dy 2 (x - target) / features",
  correct: "1 where the label's logit is among the `top` largest, of equals the first, else 0, per example",
  magnitude_threshold:
    "where the `kept` largest magnitudes of all x together begin: the largest magnitude that is cut, and the place behind the last entry of that magnitude that is, floor(place / 4096) and the rest; of equal ones the first are cut",
  keep_largest:
    "y = 1 where |x| is beyond the threshold, entry i having place from + i, else +0; its gradient goes straight through to |x|: dx = dy sign(x) (Ramanujan et al. 2020)",
  magnitude_gradient: "dx = dy sign(x), +0 where x is 0",
  bernoulli_mask:
    "y = 1 where u < p, else +0: with u uniform, 1 with probability p; its gradient goes straight through to p (Bengio et al. 2013)",
  signed_mask: "y = sign(x) where |x| > limit, else +0; its gradient goes straight through to x (Koster et al. 2022)",
  images:
    "The batch's images, gathered from a column of bytes or floats, with `augment` cropped and mirrored by draws of that stream, and normalised: (pixel/255 - mean) / std per channel, of floats (pixel - mean) / std.",
  column:
    "The batch's rows of a column as floats, (value - mean) / std per entry where the column is standardised; of a ragged column the first items, +0 behind the last.",
  lengths: "How many items each of the batch's rows of a ragged column has, at most `most`.",
  input: "A value that the host writes before a run.",
  parameter: "A trainable tensor, stored densely or, when its mask prunes any entry, compactly.",
  statistic: "A tensor that belongs to the network but is not trained, such as a running mean.",
  slot: "Optimizer state of one parameter, stored as the parameter is.",
  gaussian_noise: "independent standard normals in the form of `like` (Box & Muller 1958)",
  uniform_noise: "independent draws from the open interval (0, 1) in the form of `like`",
  running_update:
    "r = (1 - rate) r + rate s, where s is a row of the batch's statistics; the variance, row 1, divided by count - 1 as in PyTorch",
  sgd_update: "g += decay w; m = momentum m + g; w -= rate (nesterov ? g + momentum m : m)",
  sgdw_update:
    "m = momentum m + g; w = (1 - rate decay) w - rate (nesterov ? g + momentum m : m) (Loshchilov & Hutter 2019, algorithm 1)",
  sgdp_update:
    "g += decay w; m = momentum m + g; w = min(high, max(low, w - rate (nesterov ? g + momentum m : m))): projected gradient descent",
  adam_update:
    "m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; w -= rate / (1-b1^t) m / (sqrt(v / (1-b2^t)) + epsilon) (Kingma & Ba 2015, algorithm 1; AdamW: Loshchilov & Hutter 2019, algorithm 2)",
};
