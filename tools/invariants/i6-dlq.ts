import { npmLine } from '../cli/commands.mjs';
import type { Invariant } from './sources.ts';

/**
 * That replaying converges can only be seen by replaying; what can be asked without touching anything is whether there
 * is something to replay. A dead letter is a decision to be taken, not a broken promise.
 */
export const i6: Invariant = {
  id: 'I6',
  promise: 'o que está na DLQ está lá com causa, à espera de decisão',
  async check({ deadLetters, instance }) {
    const waiting = await deadLetters();
    const nameless = waiting.filter(({ mensagemId, causa }) => mensagemId === '' || causa === 'desconhecida');
    return {
      checked: waiting.length,
      violations: nameless.length > 0 ? [{ what: 'mensagem morta sem id ou sem causa', rows: nameless }] : [],
      notes:
        waiting.length > 0
          ? [
              `${waiting.length} mensagens mortas, ou à espera de uma versão que as conheça: ${npmLine('dlq', 'list', { instance })}`,
            ]
          : [],
    };
  },
};
