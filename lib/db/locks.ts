/** Advisory locks of the database, apart from each other; another program on it must use none of these numbers. */
export const locks = {
  /** Pending migrations are applied by one node. */
  migration: 7_210_116,
  /** Records are loaded: sequence numbers become visible in their own order, and counts stay while it is held. */
  loader: 7_201_640_001,
  /** One chunk of what is too old goes, so that two nodes never delete side by side. */
  retention: 7_201_640_002,
  /** A look at keys' traffic is written down by one node at a time. */
  keyWatch: 7_201_640_003,
} as const;
