/** What the file tools need to know of the open editors. */
export interface Documents {
  /**
   * The text of an editor that has unsaved changes to the file at this absolute path; undefined when there is none.
   * It is asked for the real path and for the spellings below the folder as it was opened, so it may compare plainly
   * (ignoring case where the platform does).
   */
  dirtyText(absolutePath: string): string | undefined;
}
