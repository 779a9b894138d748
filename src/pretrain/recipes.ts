/** How views are varied for each task. */
import type { Recipe } from "./draws.ts";

/** Of contrastive tasks: the strengths that Chen et al. (2020, appendix B.9) and He et al. use on CIFAR, without blur. */
export const CONTRASTIVE: Recipe = {
  area: [0.2, 1],
  mirrors: true,
  jitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, odds: 0.8 },
  grey: 0.2,
};

/** Of the rotation task (Gidaris et al. 2018): colours stay, for they say nothing of which way is up. */
export const TURNED: Recipe = { area: [0.6, 1], mirrors: true, turns: true };
