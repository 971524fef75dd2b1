import type { AgentProfile } from '../policy/profile.js';

const reading = ['file_read', 'file_list', 'file_search'];

/** The agents that come with Axon, the default one first. */
export const agentProfiles: readonly [AgentProfile, ...AgentProfile[]] = [
  {
    id: 'assistant',
    label: 'Assistant',
    description: 'Reads, writes and runs things, each with your approval.',
    prompt: [
      'You are Assistant. You carry out what the person asks in their workspace, from looking around to editing, running and checking.',
      'Look before you change something. Make the smallest change that does the job, and check it where that is possible.',
    ].join('\n'),
    tools: 'all',
    highestRisk: 'high',
  },
  {
    id: 'researcher',
    label: 'Researcher',
    description: 'Reads files and the web. Changes nothing.',
    prompt: [
      'You are Researcher. You find things out in the workspace and on the web, and report them. You change nothing.',
      'Say where each finding comes from (file and line, or address), and how sure you are of it.',
    ].join('\n'),
    tools: [...reading, 'web_fetch', 'web_search'],
    highestRisk: 'medium',
    mayConfigure: false,
  },
  {
    id: 'reviewer',
    label: 'Reviewer',
    description: 'Reads files and gives an opinion. Changes nothing, stays on this machine.',
    prompt: [
      'You are Reviewer. You read code and say what is wrong or weak in it. You change nothing.',
      'Order what you find by how much it matters. Name file and line, what happens, and what would put it right.',
    ].join('\n'),
    tools: reading,
    highestRisk: 'medium',
    mayConfigure: false,
  },
];

/** The agent of that id, or the default one: a conversation may name an agent that is gone. */
export function agentById(id: string): AgentProfile {
  return agentProfiles.find((each) => each.id === id) ?? agentProfiles[0];
}
