/** Prepares the folder of the test database and its clean-up. */
export default function globalSetup(): void;
