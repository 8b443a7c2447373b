import { parseOptions, type CommonOptions } from '../cli/arguments.ts';

export interface TestArguments extends Pick<CommonOptions, 'infra' | 'yes'> {
  /** Everything else is for Jest: a pattern of paths, `-t name`, … */
  jest: string[];
}

export function parseTestArguments(args: string[]): TestArguments {
  const isOurs = (arg: string): boolean => arg === '--yes' || arg.startsWith('--infra=');
  const { infra, yes } = parseOptions(args.filter(isOurs), ['infra', 'yes']);
  return { infra, yes, jest: args.filter((arg) => !isOurs(arg)) };
}
