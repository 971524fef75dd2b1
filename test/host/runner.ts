import { appendFileSync } from 'node:fs';
import Mocha from 'mocha';

/** One line of the file named by AXON_HOST_RESULTS. */
export interface HostResult {
  title: string;
  state: 'passed' | 'failed' | 'skipped';
  milliseconds: number;
  message: string;
}

/**
 * Runs inside the extension host: the bundled test files named by AXON_HOST_FILES (a JSON list), with Mocha. Each result
 * is written when it is known, so that a host that dies leaves what it had.
 */
export async function run(): Promise<void> {
  const files = JSON.parse(process.env['AXON_HOST_FILES'] ?? '[]') as string[];
  const output = process.env['AXON_HOST_RESULTS'];
  if (output === undefined) throw new Error('AXON_HOST_RESULTS names no file.');
  const write = (result: HostResult) => appendFileSync(output, `${JSON.stringify(result)}\n`);

  // The base reporter prints nothing: the lines written here are the report.
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, reporter: Mocha.reporters.Base });
  for (const file of files) mocha.addFile(file);
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    const report = (state: HostResult['state']) => (test: Mocha.Runnable, error?: Error) =>
      write({ title: test.fullTitle(), state, milliseconds: test.duration ?? 0, message: error?.stack ?? '' });
    runner.on('pass', report('passed'));
    runner.on('fail', report('failed'));
    runner.on('pending', report('skipped'));
  });
}
