/**
 * By which address a request reached us, and from which it came. What proxies say counts only where the proxy is
 * declared trusted (F43); a forged header is worth nothing.
 */
import type { Context } from "hono";
import { BlockList, isIP } from "node:net";

export interface RequestOrigin {
  /** The client's address; "unknown" where the server cannot tell. */
  address(c: Context): string;
  /** `https://play.example.org:8443`, as the browser says it. */
  origin(c: Context): string;
  host(c: Context): string;
  secure(c: Context): boolean;
  /** Where this browser's socket is. */
  socketUrl(c: Context): string;
}

export interface RequestOriginOptions {
  /** Addresses or networks (`10.0.0.0/8`) of proxies whose X-Forwarded-* headers are true. */
  readonly trustedProxies: readonly string[];
  /** `SOCKET_URL`; null: /ws on the page's own host. */
  readonly socketUrl: string | null;
}

/** What `app.fetch(request, server)` is given as its second argument: Bun's server. */
interface AddressSource {
  requestIP?(request: Request): { readonly address: string } | null;
}

export function createRequestOrigin({ trustedProxies, socketUrl }: RequestOriginOptions): RequestOrigin {
  const trusted = toBlockList(trustedProxies);
  const isTrusted = (address: string) =>
    isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

  function forwarded(c: Context, header: string): string | undefined {
    if (!isTrusted(peerOf(c))) return undefined;
    return c.req.header(header)?.split(",").at(-1)?.trim();
  }

  function address(c: Context): string {
    const peer = peerOf(c);
    if (!isTrusted(peer)) return peer;
    const hops = (c.req.header("X-Forwarded-For") ?? "").split(",").map((hop) => plain(hop.trim()));
    // From our side outwards: the first that is none of our proxies is the client.
    return hops.findLast((hop) => isIP(hop) !== 0 && !isTrusted(hop)) ?? peer;
  }

  const requestUrl = (c: Context) => new URL(c.req.url);
  const host = (c: Context) =>
    (forwarded(c, "X-Forwarded-Host") ?? c.req.header("Host") ?? requestUrl(c).host).toLowerCase();
  const secure = (c: Context) =>
    (forwarded(c, "X-Forwarded-Proto") ?? requestUrl(c).protocol.slice(0, -1)) === "https";

  return {
    address,
    host,
    secure,
    origin: (c) => `${secure(c) ? "https" : "http"}://${host(c)}`,
    socketUrl: (c) => socketUrl ?? `${secure(c) ? "wss" : "ws"}://${host(c)}/ws`,
  };
}

function peerOf(c: Context): string {
  // Hono hands the second argument of `fetch` on as `env`; tests give none.
  const source = c.env as AddressSource | undefined;
  return plain(source?.requestIP?.(c.req.raw)?.address ?? "unknown");
}

/** `::ffff:10.0.0.1` is 10.0.0.1. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (isIP(address) === 0) throw new Error(`TRUSTED_PROXIES: "${network}" is no address or network.`);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
