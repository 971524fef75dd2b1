import * as z from 'zod/mini';
import type { AgentProfile } from '../policy/profile.js';
import type { Tool } from './tool.js';

/** A tool as a model is told of it. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments; its root is an object. */
  readonly schema: Readonly<Record<string, unknown>>;
}

/** Every tool there is, by name. */
export class ToolRegistry {
  readonly #tools: ReadonlyMap<string, Tool>;

  /** Throws when two tools share a name: that is a mistake in the build, not at run time. */
  constructor(tools: readonly Tool[]) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    if (this.#tools.size !== tools.length) throw new TypeError('two tools share a name');
  }

  get names(): readonly string[] {
    return [...this.#tools.keys()];
  }

  get(name: string): Tool | undefined {
    return this.#tools.get(name);
  }

  /** What the agent is offered. A tool outside its profile isn't even named to the model. */
  offeredTo(agent: AgentProfile): readonly OfferedTool[] {
    return [...this.#tools.values()]
      .filter((tool) => agent.tools === 'all' || agent.tools.includes(tool.name))
      .map((tool) => ({ name: tool.name, description: tool.description, schema: z.toJSONSchema(tool.schema, { io: 'input' }) }));
  }
}
