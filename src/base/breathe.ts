/** Giving way: long work that lets its host hear messages on the way. */

/** Lets the host's own messages in; timers would wait at least 4 ms each. */
export function breathe(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const heard = port1 as { onmessage?: () => void };
  return new Promise((resolve) => {
    heard.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
