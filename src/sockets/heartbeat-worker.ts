/** The worker behind `workerTicker`: told a number of milliseconds, it says "tick" that often until it is ended. */
self.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has one page and no target origin
  if (typeof data === "number") setInterval(() => self.postMessage("tick"), data);
});
