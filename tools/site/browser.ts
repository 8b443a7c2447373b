import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { UserError } from '../cli/user-error.ts';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'];

/**
 * The Chromium of the system, without a window. It keeps no sandbox of its own where it is root, as in containers.
 *
 * @throws UserError where there is none
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = places.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new UserError('Falta o Chromium, em que o site é aberto: no Debian e no Ubuntu, apt-get install chromium');
  return chromium.launch({
    executablePath,
    args: ['--disable-dev-shm-usage'],
    chromiumSandbox: process.getuid?.() !== 0,
  });
}
