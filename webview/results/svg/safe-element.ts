/** An element that may be drawn. */
export interface SafeElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly style: readonly (readonly [property: string, value: string])[];
  readonly children: readonly (SafeElement | string)[];
}
