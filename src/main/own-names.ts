/**
 * By which names a program may be asked that listens on its own machine alone. Pages elsewhere cannot read what it
 * says, unless one of them points its own name at this machine (DNS rebinding): for the browser both are one origin
 * then. It cannot point an address, `localhost` or a name without a dot there.
 */
import { isIP } from "node:net";

export interface OwnNamesOptions {
  /** The setting HOST. */
  readonly host: string;
  readonly allowedOrigins: readonly string[] | null;
  readonly trustedProxies: readonly string[];
}

/** @returns null where every name will do: others can reach it anyway, or a proxy stands before it */
export function ownNames(options: OwnNamesOptions): ((hostname: string) => boolean) | null {
  const { host, allowedOrigins, trustedProxies } = options;
  if (trustedProxies.length > 0 || !isLoopback(host)) return null;
  const named = new Set((allowedOrigins ?? []).map((origin) => new URL(origin).hostname));
  return (asked) => {
    // `localhost.` is `localhost`.
    const hostname = asked.replace(/\.$/, "");
    return nobodyElseCanPoint(hostname) || named.has(hostname);
  };
}

/** @param host as it is listened on, or as it stands in an address */
export function isLoopback(host: string): boolean {
  const address = withoutBrackets(host);
  if (isIP(address) === 4) return address.startsWith("127.");
  return address === "::1" || isLocalhost(host);
}

function nobodyElseCanPoint(hostname: string): boolean {
  return !hostname.includes(".") || isLocalhost(hostname) || isIP(withoutBrackets(hostname)) !== 0;
}

function isLocalhost(host: string): boolean {
  return /^(.+\.)?localhost$/i.test(host);
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, "");
}
