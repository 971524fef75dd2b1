import type Docker from 'dockerode';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { visibleLine } from '../../visible.js';
import { engineStatus } from '../engine-error.js';
import type { LabelledContainer } from '../engine.js';
import type { SwarmEngine, SwarmNode, SwarmTask } from './swarm-engine.js';

type Kind = 'services' | 'secrets' | 'networks';
type Soon = <T>(work: Promise<T>) => Promise<T>;

interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/** A service goes first: what it uses can't be removed before. */
const kinds: readonly Kind[] = ['services', 'secrets', 'networks'];

/** The manager behind a dockerode client. `soon` bounds the time of an answer. Errors are dockerode's own. */
export function dockerSwarm(docker: Docker, soon: Soon): SwarmEngine {
  const call = <T>(question: Question): Promise<T> => soon(ask<T>(docker, question, false));
  const create = async (path: string, body: object): Promise<string> => {
    const { ID, Id } = await call<{ ID?: string; Id?: string }>({ method: 'POST', path, body });
    return ID ?? Id ?? '';
  };
  return {
    about: async () => {
      const { Swarm } = await call<{ Swarm?: { LocalNodeState?: string; ControlAvailable?: boolean } }>({ method: 'GET', path: '/info' });
      const { ApiVersion = '1.0' } = await call<{ ApiVersion?: string }>({ method: 'GET', path: '/version' });
      return { isManager: Swarm?.LocalNodeState === 'active' && Swarm.ControlAvailable === true, apiVersion: ApiVersion };
    },
    nodes: async () => (await call<readonly NodeAnswer[]>({ method: 'GET', path: '/nodes' })).map(nodeOf),
    createNetwork: (spec) => create('/networks/create', spec),
    createSecret: (spec) => create('/secrets/create', spec),
    createService: async (spec) => {
      await create('/services/create', spec);
    },
    tasks: async (service) => (await ifThere(call<readonly SwarmTask[]>({ method: 'GET', path: '/tasks', query: filter('service', service) }))) ?? [],
    task: (id) => ifThere(call<SwarmTask>({ method: 'GET', path: `/tasks/${id}` })),
    logs: (service, { follow, stdout, stderr }, signal) => {
      const query = { follow, stdout, stderr };
      const answer = ask<Readable>(docker, { method: 'GET', path: `/services/${service}/logs`, query, signal }, true);
      return soon(answer);
    },
    remove: async (name) => {
      for (const kind of kinds) await remove(call, kind, name);
    },
    labelled: async (label) => {
      const found = new Map<string, LabelledContainer>();
      for (const kind of kinds) {
        for (const each of await call<readonly Labelled[]>({ method: 'GET', path: `/${kind}`, query: filter('label', label) })) {
          const { Name: name = '', Labels } = each.Spec ?? each;
          found.set(name, { name, label: Labels?.[label] ?? '', createdAt: Date.parse(each.CreatedAt ?? each.Created ?? '') });
        }
      }
      return [...found.values()];
    },
  };
}

interface Labelled {
  readonly Spec?: Labelled;
  readonly Name?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly CreatedAt?: string;
  readonly Created?: string;
}

interface NodeAnswer {
  readonly ID: string;
  readonly Spec?: { readonly Availability?: string };
  readonly Status?: { readonly State?: string };
  readonly Description?: { readonly Hostname?: string; readonly Engine?: { readonly EngineVersion?: string } };
}

function nodeOf({ ID, Spec, Status, Description }: NodeAnswer): SwarmNode {
  const isReady = Status?.State === 'ready' && Spec?.Availability === 'active';
  return { id: ID, name: visibleLine(Description?.Hostname ?? '').slice(0, 100), isReady, engineVersion: Description?.Engine?.EngineVersion ?? '' };
}

function filter(name: string, value: string): Readonly<Record<string, string>> {
  return { filters: JSON.stringify({ [name]: [value] }) };
}

async function remove(call: <T>(question: Question) => Promise<T>, kind: Kind, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await call({ method: 'DELETE', path: `/${kind}/${name}` });
      return;
    } catch (error) {
      if (isMissing(error)) return;
      // In use for a moment longer, or the managers are choosing a leader.
      if (engineStatus(error) === undefined || attempt === 20) throw error;
      await sleep(150);
    }
  }
}

async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Of a network whose removal is under way an engine says so with a 500. */
function isMissing(error: unknown): boolean {
  return engineStatus(error) === 404 || (engineStatus(error) === 500 && error instanceof Error && / not found\s*$/.test(error.message));
}

function ask<T>(docker: Docker, { method, path, query, body, signal }: Question, isStream: boolean): Promise<T> {
  const modem = docker.modem as { dial(options: object, callback: (error: Error | null, answer: T) => void): void };
  // The client makes a query of the options where the path asks for one, and a body else.
  const options = query === undefined ? { path, options: body } : { path: `${path}?`, options: query };
  return new Promise<T>((resolve, reject) => {
    modem.dial({ ...options, method, isStream, statusCodes: { 200: true, 201: true, 204: true }, ...(signal && { abortSignal: signal }) }, (error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
}
