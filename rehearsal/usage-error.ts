/** Something the user can put right: one line that says what is wrong and what to do. The command line ends with status 2. */
export class UsageError extends Error {}
