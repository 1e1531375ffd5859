/** Something that tests need and that `npm ci` does not bring. */
export interface Installable {
  readonly name: string;
  /** What it is needed for. */
  readonly use: string;
  isInstalled(): Promise<boolean>;
  /** Brings it. Does nothing where it is there already. Throws an `InstallError` that says what to do instead. */
  install(): Promise<void>;
}

/** Installing is not possible here; the message tells the person what to do. */
export class InstallError extends Error {
  override readonly name = "InstallError";
}
