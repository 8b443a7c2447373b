import { npmLine } from '../cli/commands.mjs';
import { UserError } from '../cli/user-error.ts';
import { explainConnection } from '../infra/explain-connection.ts';
import { probeAmqp, probePostgres } from '../infra/readiness.ts';
import { requireState, type PlatformState } from './state.ts';

const probes = {
  postgres: ['PostgreSQL', probePostgres],
  rabbitmq: ['RabbitMQ', probeAmqp],
} as const;

/**
 * The state of an instance whose servers, at least these, can be used now; its applications need not run.
 *
 * @throws UserError saying which do not answer, and how to start them
 */
export async function requireRunningServers(
  instance: string,
  ...names: (keyof typeof probes)[]
): Promise<PlatformState> {
  const state = requireState(instance);
  const problems = await Promise.all(
    names.map((name) => {
      const [title, probe] = probes[name];
      return probe(state.servers[name]).then(
        () => [],
        (error: unknown) => [explainConnection(title, state.servers[name], error)],
      );
    }),
  );
  if (problems.flat().length === 0) return state;
  const remedy =
    state.infra === 'external'
      ? 'São servidores seus: confira-os.'
      : `Inicie com: ${npmLine('start', { instance, portOffset: state.portOffset })}`;
  throw new UserError(
    `Os servidores da instância ${instance} não estão em execução, ou não servem:\n${problems
      .flat()
      .map((each) => `  - ${each}`)
      .join('\n')}\n${remedy}`,
  );
}
