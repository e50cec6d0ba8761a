/** The process cannot start as it was asked to; the message is for whoever asked and says what to do. */
export class StartRefused extends Error {}
