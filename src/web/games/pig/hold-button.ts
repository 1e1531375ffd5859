import { MoveButton } from "../../table/move-button.ts";

/** `<hold-button>`: keeps what was rolled in this turn, and ends it. */
export class HoldButton extends MoveButton {}
