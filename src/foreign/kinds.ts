/** Files that hold no weights as they are read here, by their first bytes: what they are, and how to convert them. */

/** A kind of file. */
interface FileKind {
  /** What it is, in words. */
  readonly what: string;
  readonly remedy: string;
  /** Tells it by its bytes, or by its name where these say too little. */
  is(bytes: Uint8Array, name: string): boolean;
}

const latin1 = (bytes: Uint8Array, from: number, length: number) =>
  String.fromCharCode(...bytes.subarray(from, from + length));

/** Tells files by the text at a place, letters of which are bytes. */
const begins =
  (text: string, at = 0): FileKind["is"] =>
  (bytes) =>
    latin1(bytes, at, text.length) === text;

const any =
  (...tests: readonly FileKind["is"][]): FileKind["is"] =>
  (bytes, name) =>
    tests.some((test) => test(bytes, name));

const ending =
  (text: string): FileKind["is"] =>
  (_, name) =>
    name.toLowerCase().endsWith(text);

/** ONNX has no signature: a protocol buffer whose first field is the version of its format, its second the producer. */
const isOnnx: FileKind["is"] = (bytes) => bytes[0] === 8 && bytes[1]! > 0 && bytes[1]! < 64 && bytes[2] === 0x12;

const isPage: FileKind["is"] = (bytes) => /^\s*<(!doctype|html|\?xml)/i.test(latin1(bytes, 0, 64));

/** What is written in place of weights. */
export const WRITE =
  "save_file(model.state_dict(), path) of safetensors.torch, or torch.save(model.state_dict(), path)";

/** In the order in which they are looked for. */
export const OTHER_KINDS: readonly FileKind[] = [
  { what: "an empty file", remedy: "Get or write it again", is: (bytes) => bytes.length === 0 },
  { what: "a web page, not the file it should lead to", remedy: "Get the file itself", is: isPage },
  {
    what: "a pointer of Git LFS to a file that was not fetched",
    remedy: "Run git lfs pull",
    is: begins("version https://git-lfs"),
  },
  {
    what: "an HDF5 file, as Keras writes",
    remedy:
      "In Python read it with h5py, bring each kernel into PyTorch's layout (kernel.T of a dense layer, " +
      "kernel.transpose(3, 2, 0, 1) of a convolution), and numpy.savez(path, **arrays) with PyTorch's names",
    is: any(begins("\x89HDF\r\n\x1a\n"), ending(".h5"), ending(".hdf5")),
  },
  {
    what: "an ONNX model",
    remedy:
      "In Python: numpy.savez(path, **{t.name: onnx.numpy_helper.to_array(t) for t in onnx.load(file).graph.initializer})",
    is: any(isOnnx, ending(".onnx")),
  },
  {
    what: "a single array of NumPy, without a name",
    remedy: 'In Python: numpy.savez(path, **{"fc1.weight": array, ...})',
    is: begins("\x93NUMPY"),
  },
  { what: "a GGUF file", remedy: `In Python, of the model it was made from: ${WRITE}`, is: begins("GGUF") },
  {
    what: "a TensorFlow Lite model",
    remedy: `In Python, of the model it was made from: ${WRITE}`,
    is: begins("TFL3", 4),
  },
  { what: "a tar archive", remedy: "Unpack it, and name the file of weights", is: begins("ustar", 257) },
  {
    what: "a packed file",
    remedy: "Unpack it first",
    is: any(begins("\x1f\x8b"), begins("BZh"), begins("\xfd7zXZ"), begins("\x28\xb5\x2f\xfd"), begins("7z\xbc\xaf")),
  },
];

/** Kinds that are ZIP archives, by their members. */
export const OTHER_ARCHIVES: readonly { what: string; remedy: string; is(names: ReadonlySet<string>): boolean }[] = [
  {
    what: "a Keras archive",
    remedy: "In Python read its layers' weights, bring each into PyTorch's layout, and numpy.savez(path, **arrays)",
    is: (names) => names.has("model.weights.h5"),
  },
  { what: "an empty ZIP archive", remedy: "Get or write it again", is: (names) => names.size === 0 },
  { what: "a ZIP archive of other files", remedy: "Unpack it, and name the file of weights", is: () => true },
];

/** The first bytes of a file that is of no known kind, as hexadecimal digits. */
export function firstBytes(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
