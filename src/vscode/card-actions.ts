import type { RefusedCommand } from '../agent/refused-command.js';
import { refusedCommand, tryAgainText } from '../agent/refused-command.js';
import type { Session } from '../agent/session.js';
import type { ToPage } from '../protocol/chat.js';

export interface CardParts {
  /** Shows why a call was decided as it was. */
  readonly explain: (callId: string) => Promise<void>;
  /** Asks the person, in a dialog, whether a refused command may be asked about here from now on. True: it was added. */
  readonly allowCommand: (refused: RefusedCommand) => Promise<boolean>;
}

/**
 * What a card offers after its call was judged. The page names a call by its id; what the call was comes from the session's
 * own transcript, so that a page that was taken over could not hand over a command.
 */
export class CardActions {
  #asking = false;

  constructor(private readonly parts: CardParts) {}

  /** Puts the refused command of a card on the person's list, if they say so. One dialog at a time. */
  async allowHere(session: Session, id: string): Promise<void> {
    const item = session.call(id);
    const refused = item && item.allowedHere !== true ? refusedCommand(item) : undefined;
    if (!refused || this.#asking) return;
    this.#asking = true;
    try {
      if (await this.parts.allowCommand(refused)) session.markAllowedHere(id);
    } finally {
      this.#asking = false;
    }
  }

  /** The message for the composer after that; undefined for any other card. Sending it is the person's. */
  tryAgain(session: Session, id: string, isLanguageModel: boolean): Extract<ToPage, { type: 'compose' }> | undefined {
    const item = session.call(id);
    const refused = item?.allowedHere === true ? refusedCommand(item) : undefined;
    return refused && { type: 'compose', text: tryAgainText(refused, isLanguageModel), append: true };
  }

  async explain(session: Session, id: string): Promise<void> {
    if (session.call(id)) await this.parts.explain(id);
  }
}
