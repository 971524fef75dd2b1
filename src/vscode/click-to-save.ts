/** What a click on a result's button asks for: the words of the person's turn, and the call that goes through the gate. */
export interface ClickToSave {
  readonly text: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, string>>;
}

/**
 * The program chose the file's name, and with it the path that is proposed. So neither stands in the text: that is the
 * person's word to the next model, and a name can be a sentence. The call has both, as data.
 */
export function clickToSave(run: string, file: string, path: string): ClickToSave {
  return { text: 'Save a result of the sandbox into the workspace.', tool: 'result_save', args: { run, file, path } };
}
