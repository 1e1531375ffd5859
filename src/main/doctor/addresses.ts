/** Whether the addresses that browsers are given, and the proxies that are believed, can be right together (F43). */
import type { Patient, Values } from "./configuration.ts";
import { about, type Finding } from "./finding.ts";
import { isLoopback } from "../own-names.ts";

const { ok, warning, error } = about("addresses");

export function checkAddresses(programs: readonly Patient[], values: Values): Finding[] {
  const findings = [
    ...checkOrigins(values),
    ...(programs.includes("blazingSun") ? checkSocketUrl(values) : []),
    ...checkProxies(values),
  ];
  const said = values.allowedOrigins?.join(", ") ?? "the address that each request came to";
  return findings.length > 0 ? findings : [ok(`pages may come from ${said}.`)];
}

function checkOrigins({ allowedOrigins }: Values): Finding[] {
  const plain = (allowedOrigins ?? []).filter(
    (origin) => origin.startsWith("http:") && !isLoopback(new URL(origin).hostname),
  );
  return plain.map((origin) =>
    warning(
      `${origin} in ALLOWED_ORIGINS is not encrypted: passwords travel in the clear.`,
      "put TLS before it (docs/deployment.md), and write https://.",
    ),
  );
}

function checkSocketUrl({ socketUrl, allowedOrigins }: Values): Finding[] {
  if (socketUrl === null) return [];
  const { protocol, hostname, pathname, search, hash } = new URL(socketUrl);
  const findings: Finding[] = [];
  if (pathname !== "/ws" || search !== "" || hash !== "") {
    findings.push(
      error(
        `SOCKET_URL is ${socketUrl}, but a gateway's socket is at /ws.`,
        "let it end in /ws, or let the proxy before the gateways rewrite that path.",
      ),
    );
  }
  const origins = allowedOrigins ?? [];
  const secure = origins.find((origin) => origin.startsWith("https:"));
  if (protocol === "ws:" && secure !== undefined && !isLoopback(hostname)) {
    findings.push(
      error(
        `SOCKET_URL is ${socketUrl}, but pages come from ${secure}: browsers refuse ws: from https:.`,
        "write wss:// and let the proxy end TLS for the socket, too.",
      ),
    );
  }
  const outside = origins.find((origin) => !isLoopback(new URL(origin).hostname));
  if (isLoopback(hostname) && outside !== undefined) {
    findings.push(
      error(
        `SOCKET_URL is ${socketUrl}, which is each visitor's own machine, while pages come from ${outside}.`,
        "write the address of the gateways, or of the proxy before them, as browsers see it.",
      ),
    );
  }
  return findings;
}

function checkProxies({ trustedProxies, allowedOrigins }: Values): Finding[] {
  const everybody = trustedProxies.find((network) => /\/0+$/.test(network));
  if (everybody !== undefined) {
    return [
      error(
        `TRUSTED_PROXIES has ${everybody}: anybody may forge an address, and no limit holds.`,
        "name the addresses of your proxies alone.",
      ),
    ];
  }
  const secure = (allowedOrigins ?? []).find((origin) => origin.startsWith("https:"));
  if (secure === undefined || trustedProxies.length > 0) return [];
  return [
    warning(
      `Pages come from ${secure}, so a proxy ends TLS, but TRUSTED_PROXIES is empty: all people share its address, ` +
        "and cookies are not marked as secure.",
      "set TRUSTED_PROXIES to the proxy's address, such as 127.0.0.1.",
    ),
  ];
}
