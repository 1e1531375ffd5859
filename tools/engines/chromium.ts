import { InstallError, type Installable } from "./installable.ts";
import { chromiumPath } from "../../tests/browser/chromium.ts";
import { hasApt, installPackages, missingPackages } from "./debian.ts";

/** One font for letters and one for emoji, so that pages look on a bare machine as they do elsewhere. */
const fonts = ["fonts-dejavu-core", "fonts-noto-color-emoji"];

export const chromium: Installable = {
  name: "Chromium and its fonts",
  use: "browser tests",

  async isInstalled() {
    return chromiumPath() !== undefined && (!hasApt() || (await missingPackages(fonts)).length === 0);
  },

  async install() {
    if (!hasApt()) {
      throw new InstallError(
        "There is no apt-get here: install Chromium and set CHROMIUM_PATH to its program.",
      );
    }
    await installPackages(chromiumPath() === undefined ? ["chromium", ...fonts] : fonts);
    if (chromiumPath() === undefined) {
      throw new InstallError(
        "The package chromium brought no program: set CHROMIUM_PATH to a Chromium that you have.",
      );
    }
  },
};
