/** Field in a mail that was given to a server before whose answer is not known: the receiver may have it already, with the same Message-ID. */
export const repetitionHeader = 'X-TSA-Repetition';
