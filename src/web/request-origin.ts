/**
 * By which address a request reached us, and from which it came. What proxies say counts only where the proxy is
 * declared trusted (F43); a forged header is worth nothing.
 */
import { BlockList, isIP } from "node:net";

/** Bun's server, as far as it is asked for here. Tests have none. */
export interface AddressSource {
  requestIP?(request: Request): { readonly address: string } | null;
}

type Ask<Answer> = (request: Request, server?: AddressSource) => Answer;

export interface RequestOrigin {
  /** The client's address; "unknown" where the server cannot tell. */
  readonly address: Ask<string>;
  /** `https://play.example.org:8443`, as the browser says it. */
  readonly origin: Ask<string>;
  readonly host: Ask<string>;
  readonly secure: Ask<boolean>;
  /** Where this browser's socket is. */
  readonly socketUrl: Ask<string>;
}

export interface RequestOriginOptions {
  /** Addresses or networks (`10.0.0.0/8`) of proxies whose X-Forwarded-* headers are true. */
  readonly trustedProxies: readonly string[];
  /** `SOCKET_URL`; null: /ws on the page's own host. */
  readonly socketUrl: string | null;
}

export function createRequestOrigin({ trustedProxies, socketUrl }: RequestOriginOptions): RequestOrigin {
  const trusted = toBlockList(trustedProxies);
  const hasProxies = trustedProxies.length > 0;
  const isTrusted = (address: string) =>
    hasProxies && isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

  function forwarded(
    request: Request,
    server: AddressSource | undefined,
    header: string,
  ): string | undefined {
    // Asking for the peer costs more than all the rest.
    if (!hasProxies || !isTrusted(peerOf(request, server))) return undefined;
    return request.headers.get(header)?.split(",").at(-1)?.trim();
  }

  const address: Ask<string> = (request, server) => {
    const peer = peerOf(request, server);
    if (!isTrusted(peer)) return peer;
    const hops = (request.headers.get("X-Forwarded-For") ?? "").split(",").map((hop) => plain(hop.trim()));
    // From our side outwards: the first that is none of our proxies is the client.
    return hops.findLast((hop) => isIP(hop) !== 0 && !isTrusted(hop)) ?? peer;
  };

  const host: Ask<string> = (request, server) => {
    const said = forwarded(request, server, "X-Forwarded-Host") ?? request.headers.get("Host");
    return (said ?? new URL(request.url).host).toLowerCase();
  };

  const secure: Ask<boolean> = (request, server) => {
    const said = forwarded(request, server, "X-Forwarded-Proto");
    return (said ?? new URL(request.url).protocol.slice(0, -1)) === "https";
  };

  return {
    address,
    host,
    secure,
    origin: (request, server) => `${secure(request, server) ? "https" : "http"}://${host(request, server)}`,
    socketUrl: (request, server) =>
      socketUrl ?? `${secure(request, server) ? "wss" : "ws"}://${host(request, server)}/ws`,
  };
}

function peerOf(request: Request, server: AddressSource | undefined): string {
  return plain(server?.requestIP?.(request)?.address ?? "unknown");
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
