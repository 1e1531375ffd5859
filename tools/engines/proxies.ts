/** The reverse proxies whose configurations are in deploy/: their test plays through the real ones. */
import { InstallError, type Installable } from "./installable.ts";
import { hasApt, installPackages } from "./debian.ts";

/** Debian keeps servers' programs where only root's PATH looks. */
export function proxyProgram(name: "nginx" | "caddy"): string | null {
  return Bun.which(name, { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/usr/local/sbin` });
}

function proxy(name: string, program: "nginx" | "caddy"): Installable {
  return {
    name,
    use: "tests of deploy/",

    async isInstalled() {
      return proxyProgram(program) !== null;
    },

    async install() {
      if (!hasApt()) throw new InstallError(`There is no apt-get here: install ${name} yourself.`);
      await installPackages([program]);
    },
  };
}

export const nginx = proxy("nginx", "nginx");
/** In Debian from version 12 on; elsewhere it is brought from caddyserver.com. */
export const caddy = proxy("Caddy", "caddy");
