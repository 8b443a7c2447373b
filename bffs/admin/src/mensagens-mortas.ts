import type { MensagensMortasHttp } from '@plataforma/contracts';
import {
  AmbiguousDeadLetterError,
  type DeadLetterEntry,
  deadLetters,
  namedBy,
  PEOPLE_IN_DEAD_LETTERS_DAYS,
} from '@plataforma/messaging';
import { Folego, type Logger, Problem, redact, Worker } from '@plataforma/platform';

/** As many as an action looks through. */
const MOST_LOOKED_AT = 10_000;

/** So much of all contents together, in characters, is shown at once: what is more would keep everybody else waiting. */
const MOST_SHOWN = 1_000_000;

/** What is no JSON cannot be searched for personal data by name, so it is not shown. */
const semDadosPessoais = ({ conteudo, detalhe, ...entry }: DeadLetterEntry, cabe: boolean, caracteres: number) => ({
  ...entry,
  detalhe: String(redact(detalhe)),
  conteudo:
    typeof conteudo === 'string'
      ? `[${conteudo.length} caracteres que não são um objeto JSON]`
      : cabe
        ? redact(conteudo)
        : `[${caracteres} caracteres, que aqui já não cabem; npm run dlq show os mostra]`,
});

/** As much of them as is shown; others have their turn meanwhile. */
async function aVista(entries: readonly DeadLetterEntry[], com: string): Promise<MensagensMortasHttp> {
  const [itens, folego]: [MensagensMortasHttp['itens'], Folego] = [[], new Folego()];
  let left = MOST_SHOWN;
  for (const entry of entries) {
    const text = JSON.stringify(entry.conteudo);
    if (text.includes(com)) {
      const cabe = text.length <= left;
      if (cabe) left -= text.length;
      itens.push(semDadosPessoais(entry, cabe, text.length));
    }
    await folego.take();
  }
  return { itens };
}

/**
 * The dead-letter queue, for people. Looking holds the messages for a moment, so that two looks at a time would each
 * see half: they take turns.
 */
export class MensagensMortas {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly urls: readonly string[]) {}

  /** Of the oldest `limite` messages those whose content has this text, if any is given; all stay where they are. */
  list(limite: number, com = ''): Promise<MensagensMortasHttp> {
    return this.inTurn((url) => deadLetters.list(url, limite), com);
  }

  /** @throws Problem 404 when it is not there, 409 when the queue that it failed in no longer exists, or it is ambiguous */
  async replay(id: string): Promise<MensagensMortasHttp> {
    try {
      return await this.existing(this.inTurn((url) => deadLetters.replay(url, [id])));
    } catch (error) {
      if ((error as { code?: unknown }).code === 404)
        throw new Problem(409, 'mensagens.fila-inexistente', 'A fila em que a mensagem falhou não existe mais');
      throw error;
    }
  }

  /** The entry that `id` names. @throws as `drop` */
  async find(id: string): Promise<MensagensMortasHttp['itens'][number]> {
    const { itens } = await this.existing(
      this.inTurn(async (url) => {
        const all = await deadLetters.list(url, MOST_LOOKED_AT);
        const named = new Set(namedBy(id, all));
        return all.filter((entry) => named.has(entry.id)).slice(0, 1);
      }),
    );
    const [entry] = itens;
    if (!entry) throw new Problem(404, 'mensagens.inexistente', 'Não há mensagem morta com este id');
    return entry;
  }

  /** @throws Problem 404 when it is not there, 409 when the id of a message names it in several queues */
  drop(id: string): Promise<MensagensMortasHttp> {
    return this.existing(this.inTurn((url) => deadLetters.drop(url, [id])));
  }

  /** Deletes what may name a person and nobody has decided on for long. */
  forgetPeople(): Promise<MensagensMortasHttp> {
    return this.inTurn((url) => deadLetters.forgetPeople(url, PEOPLE_IN_DEAD_LETTERS_DAYS));
  }

  /** Deletes what is about people who were erased meanwhile. */
  forgetErased(): Promise<MensagensMortasHttp> {
    return this.inTurn((url) => deadLetters.forgetErased(url));
  }

  private async existing(acted: Promise<MensagensMortasHttp>): Promise<MensagensMortasHttp> {
    const mensagens = await acted.catch((error: unknown) => {
      if (!(error instanceof AmbiguousDeadLetterError)) throw error;
      throw new Problem(409, error.code, error.message, {
        extensions: { candidatas: error.candidatas.map(({ id, fila }) => ({ id, fila })) },
      });
    });
    if (mensagens.itens.length === 0)
      throw new Problem(404, 'mensagens.inexistente', 'Não há mensagem morta com este id');
    return mensagens;
  }

  private inTurn(look: (url: string) => Promise<DeadLetterEntry[]>, com = ''): Promise<MensagensMortasHttp> {
    const [url = ''] = this.urls;
    const looked = this.turn.then(() => look(url));
    this.turn = looked.catch(() => undefined);
    return looked.then((entries) => aVista(entries, com));
  }
}

const HOUR_MS = 3_600_000;
const ERASED_EVERY_MS = 15_000;

/** A worker that forgets dead letters now and then; one that cannot be looked at now is looked at next time. */
const esquecimento = (name: string, floorMs: number, forget: () => Promise<MensagensMortasHttp>, logger: Logger) => {
  const drain = async (): Promise<number> => {
    try {
      for (const { id, tipo, fila, desde } of (await forget()).itens)
        logger.warn('Mensagem morta esquecida: podia nomear uma pessoa', { id, tipo, fila, desde });
    } catch (error) {
      logger.warn('As mensagens mortas não puderam ser olhadas; fica para a próxima vez', { error });
    }
    return 0;
  };
  return [{ name, floorMs, drain }, logger] as const;
};

/** So that no personal data stays in the queues for ever for want of somebody who decides. */
export class EsquecerPessoas extends Worker {
  constructor(mensagens: MensagensMortas, logger: Logger) {
    super(...esquecimento('esquecimento de mensagens mortas', HOUR_MS, () => mensagens.forgetPeople(), logger));
  }
}

/** So that nothing of whoever was erased stays there (`usuario.anonimizado.v1`). */
export class EsquecerApagados extends Worker {
  constructor(mensagens: MensagensMortas, logger: Logger) {
    super(...esquecimento('esquecimento de pessoas apagadas', ERASED_EVERY_MS, () => mensagens.forgetErased(), logger));
  }
}
