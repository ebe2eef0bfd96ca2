import { testServerUrl } from '@sextant/testing';
import globalSetup from '../support/global-setup.mjs';

/** A test run in small: prepares the clean-up, starts the server, prints its folder and stays. */
globalSetup();
await testServerUrl();
process.stdout.write(`${process.env.SEXTANT_TEST_DIR}\n`);
setInterval(() => undefined, 1000);
