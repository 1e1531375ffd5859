import { InstallError, type Installable } from "./installable.ts";
import { hasApt, installPackages } from "./debian.ts";
import { faketimeLibrary } from "../../tests/faults/runner/clock.ts";

export const faketime: Installable = {
  name: "libfaketime",
  use: "tests that set a program's clock",

  async isInstalled() {
    return faketimeLibrary() !== null;
  },

  async install() {
    if (!hasApt()) throw new InstallError("There is no apt-get here: install libfaketime below /usr/lib.");
    await installPackages(["libfaketime"]);
  },
};
