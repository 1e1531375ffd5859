/**
 * The pages' Content-Security-Policy lets no string become a script. The one that has to is the address of the
 * heartbeat's worker: this policy lets it through, and nothing else.
 */
export const heartbeatWorkerUrl = "/assets/sockets/heartbeat-worker.js";

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string | null }): unknown;
}

// Not every browser has it, and TypeScript's library does not know it.
const { trustedTypes } = globalThis as { readonly trustedTypes?: PolicyFactory };

trustedTypes?.createPolicy("default", {
  createScriptURL: (url) => (url === heartbeatWorkerUrl ? url : null),
});
