/**
 * What a game sounds like, made by the browser from a few tones and some noise: there is nothing to load, and nothing
 * is heard until somebody has switched it on.
 */
import { isSoundOn } from "../sound-choice.ts";

export type Sound = "throw" | "land" | "my turn" | "round won" | "game won" | "game lost";

interface Tone {
  /** Hertz. */
  readonly pitch: number;
  /** Seconds from now. */
  readonly at: number;
  /** Seconds until it has died away. */
  readonly length: number;
}

const chord = (...pitches: readonly number[]): readonly Tone[] =>
  pitches.map((pitch, index) => ({ pitch, at: index * 0.11, length: 0.5 }));

const melodies: Readonly<Record<Exclude<Sound, "throw" | "land">, readonly Tone[]>> = {
  "my turn": [
    { pitch: 180, at: 0, length: 0.08 },
    { pitch: 659, at: 0.12, length: 0.25 },
  ],
  "round won": chord(523, 784),
  "game won": chord(523, 659, 784, 1047),
  "game lost": chord(440, 349, 294),
};

let context: AudioContext | null = null;

/** Nothing where sound is off, the page is hidden, or the browser has none to give. */
export function play(sound: Sound): void {
  if (!isSoundOn() || document.hidden || typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  const { state, currentTime } = context;
  // Without a press on this page the browser keeps quiet; what is over by then should not be heard late.
  if (state === "suspended") return void context.resume();
  if (sound === "throw")
    for (let n = 0; n < 6; n += 1) knock(context, currentTime + n * 0.09 * (1 + n / 12), 0.05);
  else if (sound === "land") knock(context, currentTime, 0.12);
  else for (const tone of melodies[sound]) ring(context, currentTime, tone);
}

/** Wood on wood: a short burst of noise. */
function knock(audio: AudioContext, at: number, loudness: number): void {
  const length = Math.ceil(audio.sampleRate * 0.03);
  const buffer = audio.createBuffer(1, length, audio.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let n = 0; n < length; n += 1) samples[n] = (Math.random() * 2 - 1) * (1 - n / length) ** 2;
  const source = audio.createBufferSource();
  source.buffer = buffer;
  const filter = audio.createBiquadFilter();
  filter.type = "bandpass";
  filter.frequency.value = 900 + Math.random() * 500;
  const gain = audio.createGain();
  gain.gain.value = loudness * 6;
  source.connect(filter).connect(gain).connect(audio.destination);
  source.start(at);
}

function ring(audio: AudioContext, from: number, { pitch, at, length }: Tone): void {
  const oscillator = audio.createOscillator();
  oscillator.type = "triangle";
  oscillator.frequency.value = pitch;
  const gain = audio.createGain();
  const start = from + at;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.14, start + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.001, start + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + length);
}
