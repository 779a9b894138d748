/** Models of other widths by their names, as multiples of the 64 channels that the papers' first layers have. */
import { fail } from "../../base/errors.ts";

const CHANNELS = 64;

/** Names that say a width behind `-w`, and what stands before and after it. */
const NAME = /^(?<before>conv-[2468]|vgg-\d+|resnet-(?:18|34|50)(?:-cifar)?)(?:-w\d+)?(?<after>-.*)?$/;

/** The model with `width` times 64 channels in its first layer; throws `usage` where names of its kind say no such width. */
export function modelOfWidth(model: string, width: number): string {
  const channels = CHANNELS * width;
  if (!Number.isInteger(channels))
    fail("usage", "widths", {
      rule: `must be multiples of 1/${CHANNELS}, for ${CHANNELS} channels are width 1`,
      got: width,
    });
  const parts = NAME.exec(model)?.groups;
  if (!parts)
    fail("usage", "widths", {
      rule: "model must be a Conv network, a VGG, or a ResNet-18, -34 or -50",
      got: model,
      remedy: "Leave widths out",
      fields: ["model"],
    });
  return `${parts.before}-w${channels}${parts.after ?? ""}`;
}
