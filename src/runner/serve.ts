/** What a worker of any host does: runs the steps that it is sent, and tells of them. */
import { TombolaError } from "../base/errors.ts";
import { type ExecuteOptions, execute, type Progress } from "../step/execute.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

export interface ServeOptions {
  send(message: FromWorker): void;
  /** What steps run on; where it fails, the first step fails with its code, and not the worker. */
  readonly ready: Promise<Omit<ExecuteOptions, "onPause">>;
  /** Lets messages in, so that a stop is seen. */
  breathe(): Promise<void>;
}

/** Answers messages until it is told to stop, after which running steps save their state and fail. */
export function serveSteps({ send, ready, breathe }: ServeOptions): (message: ToWorker) => void {
  let stopping = false;
  ready.catch(() => {});

  async function run(job: number, request: Extract<ToWorker, { kind: "run" }>["request"]): Promise<void> {
    try {
      const onPause = async (progress: Progress) => {
        send({ kind: "progress", job, progress });
        await breathe();
        return stopping;
      };
      const key = await execute(request, { ...(await ready), onPause });
      send({ kind: "done", job, key });
    } catch (error) {
      send({ kind: "failed", job, ...failureOf(error) });
    }
  }

  return (message) => {
    if (message.kind === "stop") stopping = true;
    else void run(message.job, message.request);
  };
}

/** What a message says of an error. */
export type Failure = Pick<Extract<FromWorker, { kind: "failed" }>, "code" | "message" | "place">;

/** An error as a message carries it. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof TombolaError)) {
    return { code: null, message: String((error as Error).stack ?? error), place: {} };
  }
  const { code, message, where, fields } = error;
  return { code, message, place: { where, fields } };
}

/** The error that a message carries. */
export function errorOf({ code, message, place }: Failure): Error {
  return code ? new TombolaError(code, message, place) : new Error(message);
}
