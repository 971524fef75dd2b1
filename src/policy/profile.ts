import type { Risk } from './decision.js';

/** An agent: who the model is told to be, which tools it is offered, and the highest risk it may take. */
export interface AgentProfile {
  /** Lower-case, stable. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly prompt: string;
  /** Names of the tools it is offered; `all` for every one. */
  readonly tools: 'all' | readonly string[];
  readonly highestRisk: Risk;
  /** False: it may not write configuration that can run code, not even with an approval. Default true. */
  readonly mayConfigure?: boolean;
}
