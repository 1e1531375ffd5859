/** Schemas with references in place of the shapes that have a name, for documents that machines read. */
import { plain, type JsonSchema } from "./fields.ts";

export type WithReference = JsonSchema | { readonly $ref: string };

export interface NamedShape {
  /** "Room snapshot" */
  readonly name: string;
  readonly schema: object;
}

export interface References {
  /** A reference where the schema is a named shape; else the schema with references inside. */
  to(schema: object): WithReference;
  /** The schema with references inside, and never a reference itself. */
  inside(schema: object): JsonSchema;
  /** For `components.schemas`. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

export function createReferences(shapes: readonly NamedShape[]): References {
  const names = new Map(
    shapes.map(({ name, schema }) => [JSON.stringify(plain(schema)), schemaName(name)] as const),
  );

  function to(schema: object): WithReference {
    const name = names.get(JSON.stringify(schema));
    return name === undefined ? inside(schema) : { $ref: `#/components/schemas/${name}` };
  }

  function inside(schema: JsonSchema): JsonSchema {
    const each = (schemas: Readonly<Record<string, JsonSchema>>) =>
      Object.fromEntries(Object.entries(schemas).map(([name, inner]) => [name, to(inner)]));
    // References stand where schemas do.
    return {
      ...schema,
      ...(schema.properties === undefined ? {} : { properties: each(schema.properties) }),
      ...(schema.patternProperties === undefined
        ? {}
        : { patternProperties: each(schema.patternProperties) }),
      ...(schema.items === undefined ? {} : { items: to(schema.items) }),
      ...(schema.anyOf === undefined ? {} : { anyOf: schema.anyOf.map(to) }),
    } as JsonSchema;
  }

  return {
    to: (schema) => to(plain(schema)),
    inside: (schema) => inside(plain(schema)),
    schemas: Object.fromEntries(
      // A shape is not replaced by a reference to itself.
      shapes.map(({ name, schema }) => [schemaName(name), inside(plain(schema))]),
    ),
  };
}

/** "Room snapshot" as `RoomSnapshot`. */
function schemaName(name: string): string {
  return name.replaceAll(/(?:^| )(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
