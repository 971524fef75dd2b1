/**
 * What is known about well-known models: how much fits, and list prices. A model that isn't here works just as well; its
 * cost is then not shown. Prices are the providers' public ones for ordinary requests on 2026-11-22, without cache
 * discounts, surcharges for very long requests, or a company's contract: what is made of them is an estimate.
 */

export interface ModelFacts {
  /** The id without a date at its end. */
  readonly id: string;
  /** Tokens that fit into one request, answer included. */
  readonly contextTokens: number;
  /** The longest answer the provider gives, in tokens. */
  readonly outputTokens: number;
  /** US dollars per million tokens. */
  readonly price: { readonly input: number; readonly output: number };
}

const facts = (id: string, contextTokens: number, outputTokens: number, input: number, output: number): ModelFacts => ({
  id,
  contextTokens,
  outputTokens,
  price: { input, output },
});

export const knownModels: readonly ModelFacts[] = [
  facts('claude-fable-5-1', 1_000_000, 128_000, 10, 50),
  facts('claude-opus-5-5', 1_000_000, 128_000, 4, 20),
  facts('claude-opus-5', 1_000_000, 128_000, 5, 25),
  facts('claude-sonnet-5-5', 1_000_000, 128_000, 2, 10),
  facts('claude-haiku-5-5', 1_000_000, 128_000, 0.1, 0.5),
  facts('claude-opus-4-6', 1_000_000, 128_000, 5, 25),
  facts('claude-sonnet-4-6', 200_000, 64_000, 3, 15),
  facts('claude-sonnet-4-5', 200_000, 64_000, 3, 15),
  facts('claude-haiku-4-5', 200_000, 64_000, 1, 5),
  facts('gpt-6.1-sol', 1_050_000, 128_000, 2, 10),
  facts('gpt-6-sol', 1_050_000, 128_000, 2, 10),
  facts('gpt-6-luna', 1_050_000, 128_000, 0.1, 0.5),
  facts('gpt-4.1', 1_047_576, 32_768, 2, 8),
  facts('gpt-4.1-mini', 1_047_576, 32_768, 0.4, 1.6),
  facts('gpt-4o', 128_000, 16_384, 2.5, 10),
  facts('gpt-4o-mini', 128_000, 16_384, 0.15, 0.6),
  facts('gemini-3.8-flash', 1_000_000, 65_536, 0.75, 3.75),
  facts('gemini-3.5-flash', 1_048_576, 65_536, 1.5, 9),
];

/** Facts about a model id as a provider writes it: with a date (`-20250929`, `-2025-09-29`) or `-latest` at its end, or `models/` before it, as Gemini does. */
export function factsOf(model: string): ModelFacts | undefined {
  const bare = model.replace(/^models\//, '').replace(/-(?:latest|\d{8}|\d{4}-\d{2}-\d{2})$/, '');
  return knownModels.find((each) => each.id === bare);
}
