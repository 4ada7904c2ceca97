import { readSchema } from "../codec";
import type { Column, EntityType, FeedSchema, Field } from "../codec";
import type { BlendType, Leaf, NumberField, RotationField } from "./blend";
import { BridgeError } from "./protocol";

/** How a kind of rooms is read, as the bridge tells it. */
export async function fetchSchema(
  base: string,
  kind: string,
  fetcher: typeof fetch,
): Promise<{ schema: FeedSchema; prior: Uint8Array | null }> {
  const path = `${base}/api/kinds/${encodeURIComponent(kind)}`;
  const [schema, prior] = await Promise.all([
    fetcher(`${path}/schema`, { cache: "no-cache" }),
    fetcher(`${path}/prior`, { cache: "no-cache" }),
  ]);
  if (!schema.ok) throw new BridgeError("no_schema", `the schema of "${kind}" can't be had`);
  if (!prior.ok) throw new BridgeError("no_prior", `the prior of "${kind}" can't be had`);
  const bytes = prior.status === 204 ? null : new Uint8Array(await prior.arrayBuffer());
  return { schema: readSchema(await schema.json()), prior: bytes?.length ? bytes : null };
}

/** What moves in each type, and how. */
export function blendTypesOf(schema: FeedSchema): BlendType[] {
  return schema.types.map((type) => ({
    name: type.name,
    fields: type.fields
      .map((field) => blendFieldOf(type, field))
      .filter((field): field is NumberField | RotationField => field !== null),
    teleports: type.fields.filter((field) => field.teleport).flatMap((f) => leavesOf(type, f)),
  }));
}

function blendFieldOf(type: EntityType, field: Field): NumberField | RotationField | null {
  if (field.interpolation === "none") return null;
  const leaves = leavesOf(type, field);
  if (field.interpolation === "rotation") return { kind: "rotation", leaves };
  const velocity = type.fields[field.moved_by];
  return { kind: "number", leaves, velocity: velocity ? leavesOf(type, velocity) : null };
}

/** The numbers of a field, in its columns' order. */
function leavesOf(type: EntityType, field: Field): Leaf[] {
  const columns = type.columns.slice(field.first_column, field.first_column + field.columns);
  const isRotation = columns[0]?.coding === "rotation_largest";
  const parts = isRotation ? ["x", "y", "z", "w"] : field.parts;
  return columns.map((column, i) => {
    const part = parts[i];
    const path = [...field.name.split("."), ...(part === undefined ? [] : part.split("."))];
    const isWhole = column.scalar !== "float" && column.scalar !== "double";
    return { path, ...rangeOf(field, column), step: column.step, isWhole };
  });
}

/** Of the values that a column's numbers stand for. */
function rangeOf(field: Field, column: Column): { lo: number; hi: number; wraps: boolean } {
  switch (column.coding) {
    case "angle": {
      const halfTurn = column.step * ((column.hi >> 1) + 1);
      return { lo: -halfTurn, hi: halfTurn, wraps: true };
    }
    case "scaled": {
      const valueOf = (number: number): number => column.origin + number * column.step;
      return { lo: valueOf(column.lo), hi: valueOf(column.hi), wraps: field.wraps };
    }
    case "rotation_largest":
    case "rotation_three":
      return { lo: -1, hi: 1, wraps: false };
    default: {
      const bits = BigInt(column.base);
      const isLong = column.scalar === "ulong";
      const base = Number(isLong ? bits : BigInt.asIntN(64, bits));
      return { lo: base + column.lo, hi: base + column.hi, wraps: field.wraps };
    }
  }
}
