/** What the scripts of a report use of a page, so that nothing else of this package sees a browser's globals. */

/** An element. */
export interface Part {
  textContent: string | null;
  className: string;
  hidden: boolean;
  /** Of a button. */
  type: string;
  readonly style: { display: string; left: string; top: string; borderLeftColor: string };
  readonly children: Iterable<Part> & { readonly [place: number]: Part };
  readonly parentElement: Part | null;
  readonly offsetWidth: number;
  readonly offsetHeight: number;
  append(...parts: readonly Part[]): void;
  before(part: Part): void;
  replaceChildren(part: Part): void;
  remove(): void;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelector(selector: string): Part | null;
  querySelectorAll(selector: string): Iterable<Part>;
  getClientRects(): { readonly length: number };
  getBoundingClientRect(): {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

/** What listeners are told; of a pointer its place, of a key its name. */
interface PageEvent {
  readonly clientX: number;
  readonly clientY: number;
  readonly key: string;
  preventDefault(): void;
}

/** A page. */
export interface Page {
  readonly body: Part;
  readonly documentElement: { readonly clientWidth: number };
  readonly defaultView: { getComputedStyle(part: Part): { readonly stroke: string; readonly fill: string } };
  createElement(name: string): Part;
  querySelectorAll(selector: string): Iterable<Part>;
}
