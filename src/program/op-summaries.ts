/** What each op computes, in a sentence with its formula, for the generated documentation: nothing that runs reads it. */
import type { OpName } from "../graph/types.ts";

export const OP_SUMMARIES: Readonly<Record<OpName, string>> = {
  embedding: "y[f][t] = w[ids[t]][f], +0 for a token that is no row",
  embedding_weight_gradient:
    "dw[v] = sum of dy over the positions of token v, in their order; +0 for the token `padding`",
  add_positions: "y[f][t] = x[f][t] + p[t][f]",
  positions_gradient: "dp[t][f] = sum over examples of dy[f][t]",
  layer_statistics: "the mean over the features of every position, and 1 / sqrt(their variance + epsilon)",
  layer_norm: "y = gamma (x - mean) inverse + beta (Ba et al. 2016), statistics as `layer_statistics` has them",
  layer_norm_input_gradient:
    "dx = inverse (g - mean of g - n mean of g n), g = gamma dy and n the normalised x: through the statistics too",
  layer_norm_scale_gradient: "dgamma = sum over positions and examples of dy (x - mean) inverse",
  gelu: "y = x Phi(x) (Hendrycks & Gimpel 2016); with `tanh` x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))",
  gelu_gradient: "dx = dy times the derivative of gelu at x",
  attention_scores: "y[head][i][j] = scale sum over the head's features of q[f][i] k[f][j]",
  attention_mix: "y[f][i] = scale sum over j of p[head][i][j] v[f][j]",
  attention_mix_back: "y[f][j] = scale sum over i of p[head][i][j] v[f][i]",
  masked_softmax: "softmax over the keys before each example's length, +0 behind it; all +0 where the length is 0",
  masked_softmax_gradient: "dx = y (dy - sum over keys of dy y)",
  lstm: "the gates i, f, g, o, the cell f c + i g and the output o tanh(c) at every time, of x + w h and the states before (Hochreiter & Schmidhuber 1997); gradients come by the cell and the output, and end at the states before",
  lstm_gradient: "the gradient by x, back through time",
  lstm_previous: "the output of the time before, h at the start",
  token_weights: "labelled positions weigh examples / labels of the whole batch, others +0; a label below 0 is none",
  token_statistics: "the largest logit of every position, then the sum of exp(logit - largest)",
  token_cross_entropy: "weight (log sum exp(logits) - logit of the label), +0 where there is none",
  token_cross_entropy_gradient: "dx[c] = dy weight (softmax[c] - [c is the label])",
  token_correct: "1 where the label's logit is the largest, of equals the first, else +0",
  sum_rows: "y = sum over rows of x, per example",
  spread_rows: "x in every row",
  select_positions: "y[f][i] = x[f][positions[i]], +0 where that is no position",
  select_positions_gradient: "dx[f][t] = sum of dy over the places that t was selected for",
  clip_factor: "[min(1, limit / (length + 1e-6)), length], the length of all g together (Pascanu et al. 2013)",
  scale_by: "y = factor[0] x",
  pack_examples:
    "the pairs (position, example) of a batch one behind the other, position by position, in whole vectors of lanes; `fill` for examples that are not live",
  unpack_examples: "the inverse of `pack_examples`, +0 in lanes of no example",
  carry_update: "state = x, for the next run",
  whole_vector: "y = b, +0 where an entry is pruned",
  whole_vector_gradient: "dy at the entries of b that are kept",
  views:
    "The batch's pictures as the draws say: a box of each, resized bilinearly, mirrored, its brightness, contrast, saturation and hue changed in some order, made grey, blurred and turned by quarters, clipped to [0, 1] after each, and normalised.",
  unit_length: "y = x / max(|x|, 1e-12), per example",
  unit_length_gradient: "dx = (dy - y (y . dy)) / |x|",
  nt_xent_statistics:
    "per view, lanes n and n + count / 2 being those of one picture: log(sum over other views j of exp(z[n] . z[j] / temperature)), z[n] . z[other view] / temperature, and how many others are more alike",
  nt_xent: "loss = the first statistic - the second (Chen et al. 2020, equation 1)",
  nt_xent_gradient:
    "dz[n] = sum over j of (dy[n] P[n,j] + dy[j] P[j,n] - [j is the other view] (dy[n] + dy[j])) z[j] / temperature, P the softmax of similarities",
  follow_update: "w = momentum w + (1 - momentum) x: a network that follows another (He et al. 2020, equation 2)",
  enqueue_update: "w[(place + n) % rows] = keys[n] for every live lane n: the newest keys in place of the oldest",
  half_norm:
    "batch normalisation of the first and of the second half of the live lanes, each by its own mean and variance; forward only",
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
