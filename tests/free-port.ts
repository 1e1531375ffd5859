/** Below those from which the system (Linux) takes one for each connection that goes out. */
const [first, last] = [12_000, 24_000] as const;

/**
 * A port of loopback that is free now, and stays so for a program that comes, or comes back, a moment later: no
 * connection of another one is given it.
 */
export function freePort(): number {
  for (;;) {
    const port = first + Math.floor(Math.random() * (last - first));
    if (isFree(port)) return port;
  }
}

function isFree(port: number): boolean {
  try {
    void Bun.serve({ hostname: "127.0.0.1", port, fetch: () => new Response() }).stop(true);
    return true;
  } catch {
    return false; // taken, or not ours to take
  }
}
