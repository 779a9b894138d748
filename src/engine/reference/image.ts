/** Pooling and moving of pixels as plain loops in float64. */
import type { KernelName } from "../../program/kernels.ts";
import { eachPixel, imagePlace, type Kernel, type ReferenceCall, repeat } from "./call.ts";

/** Copies between vectors and images; `write(place of the vector's entry, place of the image's)`. */
function eachFeature({ features, lanes }: ReferenceCall["int"], write: (vector: number, image: number) => void): void {
  repeat(features!, (f) =>
    repeat(lanes!, (n) =>
      write(f * lanes! + n, imagePlace({ channels: features!, plane: 1 }, { lane: n, channel: f, pixel: 0 })),
    ),
  );
}

/** One window of a pooling: where its result lies, and its pixels that are no padding, by rows. */
interface Window {
  readonly result: number;
  readonly pixels: readonly number[];
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The pixels along one axis of every window of a pooling. */
function windowsAlong(extent: number, kernel: number, { stride, padding }: { stride: number; padding: number }) {
  const count = Math.floor((extent + 2 * padding - kernel) / stride) + 1;
  const inside = (pixel: number) => pixel >= 0 && pixel < extent;
  return range(count).map((window) =>
    range(kernel)
      .map((tap) => window * stride - padding + tap)
      .filter(inside),
  );
}

/** Calls `body` for every window of every channel and example. */
function eachWindow({ int }: ReferenceCall, body: (window: Window) => void): void {
  const { channels, height, width, lanes } = int as { [name: string]: number };
  const rows = windowsAlong(height!, int.kernelHeight!, { stride: int.strideHeight!, padding: int.padHeight! });
  const columns = windowsAlong(width!, int.kernelWidth!, { stride: int.strideWidth!, padding: int.padWidth! });
  const windows = rows.flatMap((is) => columns.map((js) => is.flatMap((i) => js.map((j) => i * width! + j))));
  const [images, results] = [height! * width!, windows.length].map((plane) => ({ channels: channels!, plane }));
  repeat(lanes!, (lane) =>
    repeat(channels!, (channel) =>
      windows.forEach((pixels, window) => {
        body({
          result: imagePlace(results!, { lane, channel, pixel: window }),
          pixels: pixels.map((pixel) => imagePlace(images!, { lane, channel, pixel })),
        });
      }),
    ),
  );
}

const windowSize = ({ int }: ReferenceCall) => int.kernelHeight! * int.kernelWidth!;

export const imageKernels = {
  flatten({ at, int }) {
    eachFeature(int, (vector, image) => {
      at.y![vector] = at.x![image]!;
    });
  },
  unflatten({ at, int }) {
    eachFeature(int, (vector, image) => {
      at.y![image] = at.x![vector]!;
    });
  },
  bias_images({ at, int }) {
    eachPixel(int, (place, { channel }) => {
      at.y![place] = at.x![place]! + at.b![channel]!;
    });
  },
  bias_gradient_images({ at, int }) {
    at.db!.fill(0, 0, int.channels!);
    eachPixel(int, (place, { channel }) => {
      at.db![channel]! += at.dy![place]!;
    });
  },
  max_pool(call) {
    const { at } = call;
    eachWindow(call, ({ result, pixels }) => {
      at.y![result] = Math.max(...pixels.map((place) => at.x![place]!));
    });
  },
  max_pool_gradient(call) {
    const { at } = call;
    at.dx!.fill(0);
    eachWindow(call, ({ result, pixels }) => {
      const first = pixels.find((place) => !(at.x![place]! < at.y![result]!));
      at.dx![first!]! += at.dy![result]!;
    });
  },
  average_pool(call) {
    const { at } = call;
    eachWindow(call, ({ result, pixels }) => {
      at.y![result] = pixels.reduce((sum, place) => sum + at.x![place]!, 0) / windowSize(call);
    });
  },
  average_pool_gradient(call) {
    const { at } = call;
    at.dx!.fill(0);
    eachWindow(call, ({ result, pixels }) => {
      for (const place of pixels) at.dx![place]! += at.dy![result]! / windowSize(call);
    });
  },
  copy_channels({ at, int: { count, plane, lanes, yChannels, yFrom, xChannels, xFrom } }) {
    const [y, x] = [yChannels!, xChannels!].map((channels) => ({ channels, plane: plane! }));
    eachPixel({ channels: count!, plane: plane!, lanes: lanes! }, (_, { lane, channel, pixel }) => {
      const from = imagePlace(x!, { lane, channel: channel + xFrom!, pixel });
      at.y![imagePlace(y!, { lane, channel: channel + yFrom!, pixel })] = at.x![from]!;
    });
  },
  pad({ at, int }) {
    const [columns, outColumns] = [int.width!, int.outWidth!];
    const [x, y] = [
      { channels: int.channels!, plane: int.height! * columns, lanes: int.lanes! },
      { channels: int.outChannels!, plane: int.outHeight! * outColumns, lanes: int.lanes! },
    ];
    const isWithin = (index: number, extent: number) => index >= 0 && index < extent;
    eachPixel(y, (place, { lane, channel, pixel }) => {
      const c = channel - int.firstChannel!;
      const i = Math.floor(pixel / outColumns) - int.firstRow!;
      const j = (pixel % outColumns) - int.firstColumn!;
      const isInside = isWithin(c, x.channels) && isWithin(i, int.height!) && isWithin(j, columns);
      at.y![place] = isInside ? at.x![imagePlace(x, { lane, channel: c, pixel: i * columns + j })]! : 0;
    });
  },
} satisfies Partial<Record<KernelName, Kernel>>;
