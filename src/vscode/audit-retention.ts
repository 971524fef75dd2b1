import type { LogFiles } from '../audit/log-files.js';
import type { RetentionRule } from '../audit/retention/retention.js';
import { settings } from './settings.js';

/** How long the person wants events kept. What the collector didn't get yet stays, and an address of it that can't be read keeps all. */
export function auditRetention(files: Pick<LogFiles, 'layout' | 'key'>): RetentionRule {
  return {
    keepDays: settings.auditKeepDays,
    keepFrom: async () => {
      const [{ firstWaiting }, { parseEndpoint }] = await Promise.all([import('../audit/collector/first-waiting.js'), import('../audit/collector/endpoint.js')]);
      return firstWaiting(files, parseEndpoint(settings.auditCollector().endpoint)?.url);
    },
  };
}
