import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { createRegistry } from "./registry.ts";
import { roomMessages } from "./room-messages.ts";
import {
  countGraphemes,
  displayName,
  foldRoomName,
  messageLimits,
  refuseLine,
  refuseText,
  roomNameLimits,
} from "./text.ts";
import { seed } from "../../tests/seed.ts";

/** What people, their keyboards and their enemies write. */
const anyText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom("Room 1", "Zoë", "ゲーム", "👩🏽‍🚀", "مرحبا", "a".repeat(41), "e\u0301".repeat(40)),
);

const refuseName = (name: string) => refuseLine("roomName", name, roomNameLimits);

describe(`a line of text, asked by page and server alike (W5, seed ${seed})`, () => {
  const registry = createRegistry(roomMessages);
  const command = registry.commands.get("games.command.create_room");

  it("is refused by the server exactly where the page refuses it", () => {
    fc.assert(
      fc.property(anyText, (roomName) => {
        // As the server gets it: through JSON.
        const payload = JSON.parse(JSON.stringify({ gameType: "bigger_dice", roomName })) as object;
        expect(command?.refuse({ ...payload })).toEqual(refuseName(roomName));
      }),
      { seed, numRuns: 1_000 },
    );
  });

  it("is still allowed as it is shown, and can be told from the empty name", () => {
    fc.assert(
      fc.property(anyText, (name) => {
        fc.pre(refuseName(name) === null);
        expect(refuseName(displayName(name))).toBeNull();
        expect(foldRoomName(name)).not.toBe("");
      }),
      { seed, numRuns: 1_000 },
    );
  });

  for (const [what, text] of [
    ["emoji with skin tones and joiners", "👩🏽‍🚀👨‍👩‍👧‍👦🏳️‍🌈"],
    ["text from right to left", "غرفة محمد"],
    ["text from right to left with a mark of its own", "חדר שלי"],
    ["letters with combining accents", "Zoe\u0308 cafe\u0301"],
    ["Vietnamese", "Phòng của Nguyễn"],
    ["Hindi", "कमरा नंबर एक"],
    ["Thai", "ห้องเล่น"],
    ["forty flags", "🇩🇪".repeat(40)],
  ] as const) {
    it(`may be ${what}, and stays as it was written`, () => {
      expect(refuseName(text)).toBeNull();
      expect(displayName(text)).toBe(text.normalize("NFC"));
    });
  }

  for (const [what, text] of [
    ["half of an emoji", "room \ud83d"],
    ["the other half", "\ude00 room"],
    ["a null", "a\u0000b"],
    ["a line break", "a\nb"],
    ["a tab", "a\tb"],
    ["a C1 control", "a\u0085b"],
    ["a line separator", "a\u2028b"],
    ["an override of direction", "abc\u202etxt.exe"],
    ["an isolate", "a\u2066b"],
    ["a mark from right to left", "a\u200fb"],
    ["an Arabic letter mark", "a\u061cb"],
    ["nothing", ""],
    ["spaces", "   "],
    ["ideographic spaces", "\u3000\u3000"],
    ["three zero-width spaces", "\u200b\u200b\u200b"],
    ["a blank Braille pattern", "\u2800"],
    ["a Hangul filler", "\u3164"],
    ["a halfwidth Hangul filler", "\uffa0"],
    ["a combining accent without a letter", "\u0301"],
    ["a joiner alone", "\u200d"],
    ["a variation selector alone", "\ufe0f"],
    ["a tag character alone", "\u{e0041}"],
    ["accents piled on one letter", `Z${"\u0335".repeat(9)}`],
  ] as const) {
    it(`may not be ${what}`, () => {
      expect(refuseName(text)).toMatchObject({ code: "INVALID_FIELD", field: "roomName" });
    });
  }

  it("may be as long as people count it, and no longer", () => {
    expect(refuseName("e\u0301".repeat(40))).toBeNull();
    expect(refuseName("e\u0301".repeat(41))).toEqual({
      code: "TEXT_TOO_LONG",
      field: "roomName",
      message: "The room name is too long: at most 40 characters.",
    });
    // One character for a person, twenty-five bytes each.
    expect(refuseName("👨‍👩‍👧‍👦".repeat(17))).toMatchObject({ code: "TEXT_TOO_LONG" });
  });

  it("of a message has its own limits, in characters and in bytes", () => {
    const refuse = (text: string) => refuseLine("content", text, messageLimits)?.code ?? null;
    expect(refuse("a".repeat(2_000))).toBeNull();
    expect(refuse("a".repeat(2_001))).toBe("TEXT_TOO_LONG");
    expect(refuse("😀".repeat(2_000))).toBeNull();
    expect(refuse("👨‍👩‍👧‍👦".repeat(400))).toBe("TEXT_TOO_LONG");
  });

  it("is counted in characters as people see them", () => {
    expect(countGraphemes("")).toBe(0);
    expect(countGraphemes("e\u0301👩🏽‍🚀🇩🇪a")).toBe(4);
  });
});

describe(`a message of several lines (W5, seed ${seed})`, () => {
  it("is refused where one of its lines would be, also where it is plain enough for a short look", () => {
    const plainish = fc.string({
      unit: fc.constantFrom(..."a ~!\n\t\r\0\x7fé\ud800".split("")),
      maxLength: 12,
    });
    const limits = { maxGraphemes: 8, maxBytes: 1_000 };
    fc.assert(
      fc.property(fc.oneof(plainish, anyText), (text) => {
        const line = text.replace(/[\n\t\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, " ");
        expect(refuseText("content", text, limits)).toEqual(refuseLine("content", line, limits));
      }),
      { seed, numRuns: 3_000 },
    );
  });
});

describe(`the same room name (S3, seed ${seed})`, () => {
  const same = (...names: readonly string[]) => new Set(names.map(foldRoomName)).size === 1;

  it("is the same in capitals, with spaces around it, in full width, composed or not", () => {
    expect(same("Room", "room", "ROOM", "Room ", "  rOOm", "Ｒｏｏｍ")).toBeTrue();
    expect(same("Zoë", "Zoe\u0308", "ZOË", "zoe\u0308")).toBeTrue();
    expect(same("blue  room", "Blue room", "blue\u00a0room", "blue\u3000room")).toBeTrue();
    expect(same("straße", "STRASSE", "Strasse")).toBeTrue();
    expect(same("ΣΊΣΥΦΟΣ", "σίσυφος", "σίσυφοσ")).toBeTrue();
    expect(same("ﬁsh", "fish", "FISH")).toBeTrue();
    expect(same("ro\u200bom", "ro\u00adom", "ro\ufeffom", "room")).toBeTrue();
  });

  it("is another one where a person sees another one", () => {
    const names = ["Room", "Room 2", "Rooms", "Räum", "Raum", "部屋", "👍🏽", "👍"];
    expect(new Set(names.map(foldRoomName)).size).toBe(names.length);
  });

  it("is the same with a capital sharp s, the one letter that upper case alone would fold in two ways", () => {
    expect(foldRoomName("STRAẞE")).toBe(foldRoomName("straße"));
  });

  it("is the same with a mark of byte order in it, before and after it was put in shape for showing", () => {
    expect(foldRoomName(displayName("¡\ufeff!"))).toBe(foldRoomName("¡\ufeff!"));
  });

  it("is the same however often it is folded, and whether it was put in shape for showing before", () => {
    fc.assert(
      fc.property(anyText, (name) => {
        fc.pre(refuseName(name) === null);
        expect(foldRoomName(foldRoomName(name))).toBe(foldRoomName(name));
        expect(foldRoomName(displayName(name))).toBe(foldRoomName(name));
        expect(foldRoomName(name.toUpperCase())).toBe(foldRoomName(name));
        expect(foldRoomName(name.normalize("NFD"))).toBe(foldRoomName(name));
      }),
      { seed, numRuns: 2_000 },
    );
  });
});
