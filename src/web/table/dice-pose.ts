/**
 * Where a thrown die is and how it lies, at any moment of its throw. Pure geometry, in lengths of an edge:
 * x to the right, y down the table, z towards the eye; the same numbers on every page, from the roll's number.
 */

export type Vector = readonly [x: number, y: number, z: number];
/** Rows of a rotation. */
export type Rotation = readonly [Vector, Vector, Vector];

export interface Pose {
  /** The middle of the die; z is 0 where it lies flat. */
  readonly position: Vector;
  readonly rotation: Rotation;
  /** From 0, in the hand, to 1, on the table. */
  readonly progress: number;
}

/** Where each face looks, on a die that lies with the 1 up. Opposite faces add up to seven. */
export const faceNormals: Readonly<Record<number, Vector>> = {
  1: [0, 0, 1],
  2: [1, 0, 0],
  3: [0, -1, 0],
  4: [0, 1, 0],
  5: [-1, 0, 0],
  6: [0, 0, -1],
};

export interface Toss {
  readonly face: number;
  /** The roll's number: gives the throw its own spin. */
  readonly turn: number;
  /** From which side it comes. */
  readonly from: "left" | "right";
}

/** The die at rest. */
export function restingPose(toss: Toss): Pose {
  return poseAt(toss, 1);
}

/** @param progress 0 to 1 of the throw's time */
export function poseAt(toss: Toss, progress: number): Pose {
  const { spin, slant, yaw } = temper(toss);
  const remaining = (1 - progress) ** 2.1;
  const side = toss.from === "left" ? -1 : 1;
  // It comes from below, where the button is, and from its player's side, and rolls the way it goes.
  const travel: Vector = [side * (0.45 + slant * 0.6), 1.25, 0];
  const axis: Vector = normalize([travel[1], -travel[0], 0]);
  const rotation = multiply(
    multiply(aboutAxis(axis, spin * remaining), aboutZ(yaw + slant * 4 * remaining)),
    faceUp(toss.face),
  );
  return {
    position: [travel[0] * remaining, travel[1] * remaining, lift(rotation) + bounce(progress)],
    rotation,
    progress,
  };
}

/** How this throw differs from others. How it lies in the end hangs on the face alone, which outlives the throw. */
function temper({ face, turn, from }: Toss): {
  readonly spin: number;
  readonly slant: number;
  readonly yaw: number;
} {
  return {
    spin: -(2.2 + chance(turn, 1) * 0.9) * 2 * Math.PI,
    slant: (chance(turn, 2) - 0.5) * 0.6,
    yaw: (from === "left" ? -1 : 1) * (0.26 + chance(face, 3) * 0.2),
  };
}

/** From 0 to 1, the same for the same numbers on every machine's page (to the eye). */
function chance(number: number, salt: number): number {
  const mixed = Math.sin(number * 127.1 + salt * 311.7) * 43758.5453;
  return mixed - Math.floor(mixed);
}

const bounces = [
  { from: -0.26, to: 0.26, height: 1.5 },
  { from: 0.26, to: 0.56, height: 0.62 },
  { from: 0.56, to: 0.76, height: 0.22 },
  { from: 0.76, to: 0.88, height: 0.06 },
] as const;

/** Thrown from a hand, then three bounces, each lower than the one before. */
function bounce(progress: number): number {
  const arc = bounces.find(({ from, to }) => progress >= from && progress < to);
  if (arc === undefined) return 0;
  const part = (progress - arc.from) / (arc.to - arc.from);
  return arc.height * 4 * part * (1 - part);
}

/** How far a tilted die must rise so that its lowest corner only touches the table. */
function lift(rotation: Rotation): number {
  const [x, y, z] = rotation[2];
  return (Math.abs(x) + Math.abs(y) + Math.abs(z) - 1) / 2;
}

/** Turns `face` towards the eye. */
function faceUp(face: number): Rotation {
  switch (face) {
    case 2:
      return aboutAxis([0, 1, 0], -Math.PI / 2);
    case 3:
      return aboutAxis([1, 0, 0], -Math.PI / 2);
    case 4:
      return aboutAxis([1, 0, 0], Math.PI / 2);
    case 5:
      return aboutAxis([0, 1, 0], Math.PI / 2);
    case 6:
      return aboutAxis([0, 1, 0], Math.PI);
    default:
      return aboutZ(0);
  }
}

function aboutZ(angle: number): Rotation {
  return aboutAxis([0, 0, 1], angle);
}

/** Rodrigues' formula. */
export function aboutAxis([x, y, z]: Vector, angle: number): Rotation {
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const t = 1 - c;
  return [
    [t * x * x + c, t * x * y - s * z, t * x * z + s * y],
    [t * x * y + s * z, t * y * y + c, t * y * z - s * x],
    [t * x * z - s * y, t * y * z + s * x, t * z * z + c],
  ];
}

export function multiply(one: Rotation, other: Rotation): Rotation {
  const column = (index: 0 | 1 | 2): Vector => [other[0][index], other[1][index], other[2][index]];
  const columns = [column(0), column(1), column(2)] as const;
  const row = (vector: Vector): Vector => [
    dot(vector, columns[0]),
    dot(vector, columns[1]),
    dot(vector, columns[2]),
  ];
  return [row(one[0]), row(one[1]), row(one[2])];
}

export function apply(rotation: Rotation, vector: Vector): Vector {
  return [dot(rotation[0], vector), dot(rotation[1], vector), dot(rotation[2], vector)];
}

export function dot(one: Vector, other: Vector): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

export function normalize(vector: Vector): Vector {
  const length = Math.sqrt(dot(vector, vector));
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/** The face that looks up. */
export function topFace(pose: Pose): number {
  const heights = Object.entries(faceNormals).map(
    ([face, normal]) => [Number(face), apply(pose.rotation, normal)[2]] as const,
  );
  return heights.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
