import * as vscode from 'vscode';
import type { AuditWriter } from '../audit/event.js';
import type { RecentRun, Sandbox, SandboxLanguage, SandboxStatus } from '../ports/sandbox.js';
import { exactLine } from '../protocol/exact-text.js';
import { buildSandboxImage } from './sandbox-commands.js';

type Parts = { readonly sandbox: Sandbox; readonly audit: AuditWriter & { readonly channel: vscode.OutputChannel } };
type Known = Exclude<SandboxStatus, { state: 'no-engine' }>;
interface Row extends vscode.QuickPickItem {
  readonly act?: () => Promise<void>;
}

const languageNames: Record<SandboxLanguage, string> = { python: 'Python', javascript: 'JavaScript' };
const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000).toLocaleString('en')} MB`;

/** Engine, image, what is kept ready and the last runs, as a list to read through, with what can be done about them. */
export async function showSandboxStatus(parts: Parts): Promise<void> {
  const status = await parts.sandbox.status();
  const rows = status.state === 'no-engine' ? withoutEngine(status.reason) : [...actions(status, parts), ...facts(status)];
  const title = { ready: 'The sandbox is ready', 'no-image': 'The sandbox has no image yet', 'image-unknown': 'The sandbox image was not accepted', 'no-engine': 'No sandbox' }[status.state];
  const picked = await vscode.window.showQuickPick<Row>(rows, { title: `Axon: ${title}`, matchOnDetail: true });
  await picked?.act?.();
}

function withoutEngine(reason: string): Row[] {
  return [
    { label: '$(warning) No engine can be used', detail: shown(reason) },
    { label: '$(gear) Choose another engine…', act: async () => vscode.commands.executeCommand('workbench.action.openSettings', 'axon.sandbox') },
  ];
}

function actions(status: Known, { sandbox, audit }: Parts): Row[] {
  const build = async (): Promise<void> => {
    await buildSandboxImage(sandbox, audit);
  };
  const test = async (): Promise<void> => (await import('./sandbox-walls-command.js')).testSandboxWalls(sandbox, audit);
  switch (status.state) {
    case 'ready':
      return [{ label: '$(shield) Test its walls', detail: 'Tries to get out of it, and shows what stopped each attempt', act: test }, { label: '$(tools) Build the image again', act: build }];
    case 'no-image':
      return [{ label: '$(tools) Build the image', detail: 'From Debian’s packages; takes about a minute', act: build }];
    case 'image-unknown':
      return [
        { label: '$(tools) Build the image again', detail: 'Replaces it with one made from the files of this version', act: build },
        { label: '$(check) Accept this image…', detail: `${status.acceptedBefore ? 'Another image was accepted under this name before. ' : ''}Code will run in it from then on`, act: async () => accept(status, { sandbox, audit }) },
      ];
  }
}

function facts(status: Known): Row[] {
  const { engine, image, runtime, notes, warm, runs } = status;
  const digest = status.state === 'no-image' ? 'not there, or of another version of Axon' : `${megabytes(status.bytes)}, ${status.digest}`;
  return [
    separator('Where code runs'),
    { label: '$(server) Engine', description: shown(engine) },
    { label: '$(package) Image', description: shown(image), detail: shown(digest) },
    { label: '$(gear) Run by', description: shown(runtime) },
    ...notes.map((note) => ({ label: '$(info)', description: shown(note) })),
    { label: '$(flame) Kept ready', description: warm.length === 0 ? 'nothing: a container is made when a card asks' : warm.map((each) => languageNames[each]).join(', ') },
    separator('Last runs in this window'),
    ...(runs.length === 0 ? [{ label: '$(circle-slash) None yet' }] : runs.map(rowOf)),
  ];
}

function rowOf({ at, language, how, milliseconds, peakMemory }: RecentRun): Row {
  const memory = peakMemory === undefined ? '' : `, ${Math.max(1, Math.round(peakMemory / 1024 / 1024))} MB of memory at most`;
  return { label: `$(code) ${new Date(at).toLocaleTimeString()} ${languageNames[language]}`, description: shown(`${how}, ${(milliseconds / 1000).toFixed(1)} s${memory}`) };
}

/** Asks once more, with all that tells the image from another: whoever controls it controls what code runs in. */
async function accept(status: Extract<Known, { state: 'image-unknown' }>, { sandbox, audit }: Parts): Promise<void> {
  const { image, engine, digest, bytes, createdAt } = status;
  const detail = [`Image: ${image}`, `Digest: ${digest}`, `Size: ${megabytes(bytes)}`, `Made: ${createdAt}`, `Engine: ${engine}`, '', 'Accept it only when you know where it comes from. Building it again is the safe way.'];
  const yes = 'Accept';
  if ((await vscode.window.showWarningMessage('Run code in this sandbox image from now on?', { modal: true, detail: detail.map(shown).join('\n') }, yes)) !== yes) return;
  await audit.append({ type: 'sandbox_image_accepted', sessionId: '', reason: `A person accepted ${digest} as ${image} on ${engine}.` });
  await sandbox.acceptImage(digest);
  void vscode.window.showInformationMessage('Axon: the sandbox image is accepted.');
}

function separator(label: string): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** The list draws `$(check)` as a picture. */
function shown(text: string): string {
  return exactLine(text).replaceAll('$(', '$ (');
}
