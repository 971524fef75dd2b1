import type { OfferedTool } from '../tools/registry.js';

interface PropertySchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
}

/** The argument that the tool is mostly about, and something for the others that it needs. */
export function sampleArguments({ schema }: Pick<OfferedTool, 'schema'>): { readonly main: string | undefined; readonly sample: Readonly<Record<string, unknown>> } {
  const properties = schema['properties'] as Readonly<Record<string, PropertySchema>> | undefined ?? {};
  const required = (schema['required'] as readonly string[] | undefined) ?? [];
  const main = [...required, ...Object.keys(properties)].find((name) => properties[name]?.type === 'string' && !properties[name].enum);
  const sample = Object.fromEntries(required.map((name) => [name, sampleValue(properties[name])]));
  return { main, sample };
}

function sampleValue({ type, enum: values, minimum }: PropertySchema = {}): unknown {
  if (values) return values[0];
  if (type === 'string') return 'x';
  if (type === 'integer' || type === 'number') return minimum ?? 1;
  if (type === 'boolean') return false;
  return type === 'array' ? [] : {};
}
