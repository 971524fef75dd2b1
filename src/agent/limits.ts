/** What bounds one run. The turn limit is a setting; the others are fixed. */
export interface Limits {
  /** Requests to the model in one run. */
  readonly turns: number;
  /** Identical calls in a row; the last of them is not run. */
  readonly identicalCalls: number;
  /** Tries of one request, the first included. */
  readonly tries: number;
  /** Calls that one answer may ask for. */
  readonly callsPerAnswer: number;
  /** Read-only calls that run at the same time. */
  readonly parallelCalls: number;
  /** Characters of one call's arguments; what is larger is refused. */
  readonly argumentCharacters: number;
  /** Characters of one answer. */
  readonly answerCharacters: number;
  /** Characters of one call's result that the model is told; less where its context is small. */
  readonly resultCharacters: number;
  /** Milliseconds that a stopped call may take to say how it ended. */
  readonly stopGrace: number;
}

export const defaultLimits: Limits = {
  turns: 50,
  identicalCalls: 3,
  tries: 5,
  callsPerAnswer: 64,
  parallelCalls: 8,
  argumentCharacters: 1_000_000,
  answerCharacters: 1_000_000,
  resultCharacters: 40_000,
  stopGrace: 5_000,
};
