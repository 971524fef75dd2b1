import type { Clock } from './clock.js';
import type { AgentEvent } from './event.js';
import { newId } from './ids.js';

type Notice = Extract<AgentEvent, { type: 'notice' }>;

export function notice(clock: Clock, level: Notice['level'], text: string, next = ''): Notice {
  return { type: 'notice', id: newId('notice'), at: clock.now(), level, text, ...(next !== '' && { next }) };
}
