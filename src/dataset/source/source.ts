/** What a kind of data set is to those who name it: how it is written, what it takes, how it is loaded and known again. */

import type { Dataset, DatasetDescription } from "../dataset.ts";
import type { DownloadOptions } from "../fetch/download.ts";
import type { Identity } from "../identity.ts";
import type { Modifiers } from "../modify/modifiers.ts";

/** What may be said behind the `?` of a data set's name. */
export type DataOption =
  | ("target" | "task" | "test" | "mean" | "std")
  /** Of texts: their columns, the vocabulary, and the most tokens of a row. */
  | ("text" | "vocab" | "length")
  /** Of corpora: the words that are known, and how many are learnt from. */
  | ("vocabulary" | "tokens")
  /** Of SQuAD and masked words: tokens between windows, and how many questions or rows are learnt from and scored. */
  | ("stride" | "train" | "dev");

/** A data set's name taken apart: `folder:PATH@64:grey:half=a#0123456789ab?mean=0`. */
export interface DataName {
  readonly source: DataSource;
  /** Where it lies, as written; of a registered data set its name. */
  readonly place: string;
  /** Height and width that pictures are brought to, in pixels; of kinds that take one. */
  readonly size?: number;
  /** Of the words that its kind takes, those that are there. */
  readonly words: readonly string[];
  /** What is made of its classes and images. */
  readonly modifiers: Modifiers;
  /** The first digits of the SHA-256 of what is learnt from, where the name pins it. */
  readonly digest?: string;
  /** As they are written in the name. */
  readonly options: Readonly<Partial<Record<DataOption, string>>>;
}

/** Where to look for a data set, and who is told how its reading goes. */
export interface LoadOptions extends Pick<DownloadOptions, "onProgress" | "onNotice"> {
  /** The only folder to look in; default the environment variable TOMBOLA_DATA. */
  readonly dataDir?: string;
  /** Refuse to download; default false. */
  readonly offline?: boolean;
  /**
   * Neither download nor write: a registered data set whose files are not here is one of blank images, with a notice, and
   * decoded pictures are not kept. For plans and times; default false.
   */
  readonly dry?: boolean;
}

/** A kind of data set: a row of the table of [sources](./sources.ts). */
export interface DataSource {
  /** Before the colon of its names; "" of registered data sets, whose names have none. */
  readonly prefix: string;
  /** How it is written, and what it is, for messages and help. */
  readonly form: string;
  /**
   * Sizes of pictures that may be named behind @; absent where it takes none. Without a usual one it need not be named, and
   * pictures that are read are resized.
   */
  readonly size?: { readonly usual?: number; readonly most: number };
  /** Words that may stand behind a colon. */
  readonly words: readonly string[];
  /** Whether its names may say what is made of classes and images: `:classes=0-4`. */
  readonly isModified?: true;
  /** What it takes behind `?`, in the order in which names say it. */
  readonly options: readonly DataOption[];
  /** What its rows are; of a file of arrays reading it tells. */
  readonly holds: "images" | "rows" | "texts" | "either";
  /** Whether the task says what its targets are; of others a name says only one that is brought. */
  readonly readsTask?: true;
  /** Whether its names always say the task; others leave classification out. */
  readonly saysTask?: true;
  /** What titles of figures call it. */
  title(name: DataName): string;
  /** Whether the name means what has this identity: it must pin it. */
  means(name: DataName, identity: Identity): boolean;
  /** The data set, named by its identity, normalised as it is where the name says nothing. */
  load(name: DataName, options: LoadOptions): Promise<Dataset>;
  /** The same without reading it, of kinds that know; undefined where this one must be read. */
  describe?(name: DataName): DatasetDescription | undefined;
}
