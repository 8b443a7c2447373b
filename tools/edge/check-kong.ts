import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../cli/paths.ts';
import { kongFile } from './kong-file.ts';
import { mistakesIn } from './kong-schema.ts';

const mistakes = mistakesIn(parse(readFileSync(join(root, kongFile), 'utf8')));
if (mistakes.length > 0) {
  console.error(`${kongFile} não é o que o Kong 3.9 aceita aqui:\n${mistakes.map((one) => `  - ${one}`).join('\n')}`);
  process.exitCode = 1;
} else console.log(`${kongFile}: em ordem`);
