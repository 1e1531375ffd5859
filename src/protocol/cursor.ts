/** Where in the log a client is (R3): what it gives back to go on from there. */
import Type, { type Static } from "typebox";

export const CursorSchema = Type.Object(
  {
    /** The boot's id (embedded) or a hash of the cluster's and topics' ids. */
    epoch: Type.String({ maxLength: 64 }),
    /** `{"games.events/3": 1042}`: the last offset seen of each partition. */
    positions: Type.Record(Type.String({ maxLength: 64 }), Type.Integer({ minimum: -1 })),
  },
  { additionalProperties: false },
);

export type Cursor = Static<typeof CursorSchema>;

/** Names are made once: they are keys of tables that are looked at with every event. */
const partitionNames = new Map<string, string[]>();

/** The name of a place in the log: `games.events/3`; with the offset behind it, an event's `at`. */
export function partitionName(topic: string, partition: number): string {
  let names = partitionNames.get(topic);
  if (names === undefined) partitionNames.set(topic, (names = []));
  return (names[partition] ??= `${topic}/${partition}`);
}
