import { randomUUID } from 'node:crypto';
import type { operacoesDeAuth } from '@plataforma/contracts';
import { clientePorEndereco, porFetch } from '@plataforma/contracts/cliente';
import { DEAD_LETTER_EXCHANGE, DEAD_LETTER_QUEUE, deadLetters } from '@plataforma/messaging';
import { demoPassword, requireDemoData } from '../platform/demo-accounts.ts';
import type { PalcoDoEnsaio } from './palco-do-ensaio.ts';

/** How an alert is rehearsed on a running platform. */
export interface Ensaio {
  /** What is done, for people to read. */
  readonly como: string;
  /** Provokes it; what undoes it is left with the stage, and is done once the alert was seen. */
  readonly provocar: (palco: PalcoDoEnsaio) => Promise<unknown>;
  /** What has to be asked for besides once it is undone. */
  readonly depois?: (palco: PalcoDoEnsaio) => Promise<unknown>;
}

/** Why an alert is not rehearsed. */
export interface SemEnsaio {
  readonly porque: string;
}

type Sessoes = typeof operacoesDeAuth.sessoes;
const SESSOES = 'notificacoes.sessoes';

/** To one queue alone: nobody else has anything to do with it. */
const mandar = (palco: PalcoDoEnsaio, fila: string, corpo: unknown, messageId: string, type = 'ensaio') =>
  palco.broker(async (channel) => {
    channel.sendToQueue(fila, Buffer.from(JSON.stringify(corpo)), {
      persistent: true,
      messageId,
      type,
      contentType: 'application/cloudevents+json',
    });
  });

/** What died or waits of a rehearsal is dropped, and nothing else. */
const semMortas = (palco: PalcoDoEnsaio, mensagemId: string): void =>
  palco.aoFim(async () => {
    const { operacao } = palco.state.servers.brokers;
    const ours = (await deadLetters.list(operacao, 10_000)).filter((entry) => entry.mensagemId === mensagemId);
    await deadLetters.drop(
      operacao,
      ours.map(({ id }) => id),
    );
  });

/** A message that nobody can read. */
async function venenosa(palco: PalcoDoEnsaio): Promise<void> {
  const id = randomUUID();
  semMortas(palco, id);
  await mandar(palco, SESSOES, 'isto não é um CloudEvent', id);
}

const sessaoRevogada = (id: string, type = 'sessao.revogada.v1') => ({
  specversion: '1.0',
  id,
  source: '/servicos/auth',
  type,
  subject: `sessao/${id}`,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  sequence: '1',
  correlationid: id,
  causationid: id,
  data: {
    sessaoId: id,
    usuarioId: randomUUID(),
    motivo: 'SAIDA',
    revogadaEm: new Date().toISOString(),
    tokensAte: new Date(Date.now() + 60_000).toISOString(),
  },
});

/** A search that no cache has the answer to. */
const buscar = async (palco: PalcoDoEnsaio, app = 'bff-web'): Promise<void> => {
  const answer = await fetch(`${palco.state.apps[app]}/v1/espacos?limite=1&texto=${randomUUID()}`, {
    signal: AbortSignal.timeout(15_000),
  });
  await answer.body?.cancel();
};

/** What is compared is measured by a comparison: one of nothing but what is there. */
const reconciliar = (palco: PalcoDoEnsaio) =>
  palco.sql('pagamentos', 'INSERT INTO reconciliacoes (id, desde) VALUES ($1, now())', [randomUUID()]);

/** A row that is there for the rehearsal only. */
async function linha(
  palco: PalcoDoEnsaio,
  tabela: string,
  chave: string,
  id: string,
  colunas: string,
  valores: string,
) {
  palco.aoFim(() => palco.sql('pagamentos', `DELETE FROM ${tabela} WHERE ${chave} = $1`, [id]));
  await palco.sql('pagamentos', `INSERT INTO ${tabela} (${chave}, ${colunas}) VALUES ($1, ${valores})`, [id]);
}

/** Every alert: how it is rehearsed, or why it is not. */
export const ensaios: Readonly<Record<string, Ensaio | SemEnsaio>> = {
  ProcessoFora: {
    como: 'o bff-mobile é suspenso (SIGSTOP), como um processo que não responde a ninguém',
    provocar: async (palco) => palco.congelar('bff-mobile'),
  },
  OutboxAtrasada: {
    como: 'a vez dos relays do auth é tomada por outro, e uma sessão acaba: o que o auth diz não sai',
    async provocar(palco) {
      await requireDemoData(palco.state);
      const api = clientePorEndereco<Sessoes[keyof Sessoes]>(porFetch(palco.state.apps['auth'] ?? ''));
      const { body } = await api('POST /v1/sessoes', { corpo: { email: 'cliente@demo.local', senha: demoPassword } });
      if (!('tokenRenovacao' in body)) throw new Error('a conta de demonstração pede um segundo fator');
      await palco.segurar('auth', `SELECT pg_advisory_xact_lock(hashtextextended('relay', 2))`);
      await api('POST /v1/sessoes/encerramento', { corpo: { tokenRenovacao: body.tokenRenovacao } });
    },
  },
  FilaSemConsumidor: {
    como: 'uma fila a mais de notificacoes, com uma mensagem e sem ninguém',
    provocar: (palco) => palco.filaSemNinguem('notificacoes.ensaio', 1),
  },
  FilaCresce: {
    como: 'uma fila a mais de notificacoes, com 1200 mensagens',
    provocar: (palco) => palco.filaSemNinguem('notificacoes.ensaio', 1_200),
  },
  MensagensMortas: {
    como: `uma mensagem que ninguém sabe ler chega a ${SESSOES}`,
    provocar: venenosa,
  },
  DlqRecusa: {
    como: 'a ligação da DLQ é tirada, e chega uma mensagem que ninguém sabe ler',
    async provocar(palco) {
      const id = randomUUID();
      const { operacao } = palco.state.servers.brokers;
      const binding = [DEAD_LETTER_QUEUE, DEAD_LETTER_EXCHANGE, '#'] as const;
      // The last first: bound again, seen to arrive, and dropped.
      semMortas(palco, id);
      palco.aoFim(() =>
        palco.ate('a mensagem na DLQ', async () =>
          (await deadLetters.list(operacao, 10_000)).some(({ mensagemId }) => mensagemId === id),
        ),
      );
      palco.aoFim(() => palco.broker((channel) => channel.bindQueue(...binding)));
      await palco.broker((channel) => channel.unbindQueue(...binding));
      await mandar(palco, SESSOES, 'isto não é um CloudEvent', id);
    },
  },
  MensagensFuturas: {
    como: `uma mensagem de uma versão que ninguém conhece chega a ${SESSOES}`,
    async provocar(palco) {
      const id = randomUUID();
      semMortas(palco, id);
      await mandar(palco, SESSOES, sessaoRevogada(id, 'sessao.revogada.v99'), id, 'sessao.revogada.v99');
    },
  },
  RetentativasDemais: {
    como: 'o banco de notificacoes recusa, como se não estivesse, o que vinte mensagens escreveriam',
    async provocar(palco) {
      palco.aoFim(() =>
        palco.sql('notificacoes', 'DROP TRIGGER IF EXISTS ensaio ON inbox; DROP FUNCTION IF EXISTS ensaio_recusa();'),
      );
      await palco.sql(
        'notificacoes',
        `CREATE OR REPLACE FUNCTION ensaio_recusa() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'ensaio' USING ERRCODE = 'admin_shutdown'; END $$;
         CREATE OR REPLACE TRIGGER ensaio BEFORE INSERT ON inbox FOR EACH ROW WHEN (NEW.consumidor = '${SESSOES}')
           EXECUTE FUNCTION ensaio_recusa();`,
      );
      for (let sent = 0; sent < 20; sent += 1) {
        const id = randomUUID();
        await mandar(palco, SESSOES, sessaoRevogada(id), id, 'sessao.revogada.v1');
      }
    },
  },
  SagaParada: {
    como: 'uma saga de ninguém, com o prazo vencido há dez minutos, que ninguém pode tomar',
    async provocar(palco) {
      const chave = randomUUID();
      palco.aoFim(() => palco.sql('reservas', `DELETE FROM sagas WHERE nome = 'ensaio' AND chave = $1`, [chave]));
      await palco.sql(
        'reservas',
        `INSERT INTO sagas (nome, chave, estado, prazo) VALUES ('ensaio', $1, '{"passo":"ENSAIO"}', now() - interval '10 minutes')`,
        [chave],
      );
    },
  },
  TrabalhoAtrasado: {
    como: 'uma reconciliação pedida há dez minutos, cuja linha outra transação segura',
    async provocar(palco) {
      const id = randomUUID();
      await linha(palco, 'reconciliacoes', 'id', id, 'desde, pedida_em', `now(), now() - interval '10 minutes'`);
      await palco.segurar('pagamentos', `SELECT FROM reconciliacoes WHERE id = '${id}' FOR UPDATE`);
    },
  },
  TrabalhoParado: {
    como: 'uma reconciliação pedida de que já se desistiu',
    provocar: (palco) =>
      linha(
        palco,
        'reconciliacoes',
        'id',
        randomUUID(),
        'desde, tentativas, em_trabalho_ate',
        `now(), 10, now() + interval '1 hour'`,
      ),
  },
  TrabalhoSemRodada: { porque: 'pede duas horas sem uma rodada; o promtool prova a regra' },
  WebhookAtrasado: {
    como: 'um webhook guardado há dez minutos, que ninguém pode tomar',
    provocar: (palco) =>
      linha(
        palco,
        'webhooks',
        'evento_id',
        `evt_ensaio_${randomUUID()}`,
        'tipo, corpo, estado, recebido_em, proxima_em',
        `'ensaio', '{}', 'PENDENTE', now() - interval '10 minutes', now() + interval '1 hour'`,
      ),
  },
  WebhookSemEfeito: {
    como: 'um webhook que não se entende',
    async provocar(palco) {
      const id = `evt_ensaio_${randomUUID()}`;
      // The reconciliation takes it for a difference as well.
      palco.aoFim(() => palco.sql('pagamentos', 'DELETE FROM divergencias WHERE chave = $1', [id]));
      await linha(
        palco,
        'webhooks',
        'evento_id',
        id,
        'tipo, corpo, estado, explicacao, proxima_em',
        `'ensaio', '{}', 'INESPERADO', 'ensaio', NULL`,
      );
    },
    depois: reconciliar,
  },
  DiferencasEmAberto: {
    como: 'uma diferença anotada que reconciliação nenhuma desfaz',
    async provocar(palco) {
      await linha(
        palco,
        'divergencias',
        'chave',
        `ensaio-${randomUUID()}`,
        'tipo, situacao, detalhe, vista_em',
        `'intento-orfao', 'ABERTA', '{}', now() + interval '1 day'`,
      );
      await reconciliar(palco);
    },
    depois: reconciliar,
  },
  EstornosParados: {
    como: 'um estorno de ninguém, parado há duas horas',
    async provocar(palco) {
      const [cobranca, estorno] = [randomUUID(), randomUUID()];
      await linha(
        palco,
        'cobrancas',
        'id',
        cobranca,
        'reserva_id, cliente_id, valor_centavos, moeda, descricao, expira_em, estado, proxima_acao_em',
        `gen_random_uuid(), gen_random_uuid(), 100, 'BRL', 'ensaio', now(), 'CANCELADA', NULL`,
      );
      await linha(
        palco,
        'estornos',
        'id',
        estorno,
        'cobranca_id, valor_centavos, valor_pedido_centavos, motivo, estado, proxima_acao_em, criado_em',
        `'${cobranca}', 100, 100, 'ensaio', 'PARADO', NULL, now() - interval '2 hours'`,
      );
      await reconciliar(palco);
    },
    depois: reconciliar,
  },
  AvisosFalham: {
    porque:
      'o canal local aceita tudo: pede um provedor que recuse, como nas specs de notificacoes; o promtool prova a regra',
  },
  RevogacoesSurdas: {
    como: 'o Redis é suspenso (SIGSTOP)',
    provocar: async (palco) => palco.congelarServidor('redis'),
  },
  BancoSemConexao: {
    como: 'outra transação segura a tabela dos espaços, e quarenta pessoas buscam',
    async provocar(palco) {
      await palco.segurar('reservas', 'LOCK TABLE espacos IN ACCESS EXCLUSIVE MODE');
      for (let person = 0; person < 40; person += 1) palco.enquanto(() => buscar(palco, 'reservas'), 20);
    },
  },
  LacoDeEventosLento: {
    como: 'o bff-mobile é suspenso por quase um segundo de cada vez',
    async provocar(palco) {
      palco.aoFim(() => palco.sinal('bff-mobile', 'SIGCONT'));
      const pause = (ms: number) => new Promise((over) => setTimeout(over, ms));
      palco.enquanto(async () => {
        palco.sinal('bff-mobile', 'SIGSTOP');
        await pause(900);
        palco.sinal('bff-mobile', 'SIGCONT');
      }, 300);
    },
  },
  MemoriaDemais: { porque: 'nenhum processo saudável toma 800 MB por se pedir; o promtool prova a regra' },
  RabbitMQNoLimite: {
    como: 'o limite de disco do RabbitMQ passa a nove décimos do que há livre',
    async provocar(palco) {
      const free = Number(
        /\d+/.exec(await palco.rabbitmqctl('eval', 'io:format("~p", [rabbit_disk_monitor:get_disk_free()]), ok.'))?.[0],
      );
      const usual = 256_000_000;
      palco.aoFim(() =>
        palco.ate(
          'o limite de disco de antes',
          async () => {
            await palco.rabbitmqctl('set_disk_free_limit', String(usual));
            const limit = await palco.rabbitmqctl('eval', 'rabbit_disk_monitor:get_disk_free_limit().');
            return limit.includes(String(usual));
          },
          180_000,
        ),
      );
      await palco.rabbitmqctl('set_disk_free_limit', String(Math.floor(free * 0.9)));
    },
  },
  CacheFrio: {
    porque: 'pede que o banco falte depois de o reservas começar e antes de aquecer o cache; o promtool prova a regra',
  },
  SloQueimaRapida: {
    como: 'o reservas é suspenso (SIGSTOP), e pessoas buscam',
    async provocar(palco) {
      palco.congelar('reservas');
      for (let person = 0; person < 4; person += 1) palco.enquanto(() => buscar(palco), 100);
    },
  },
  SloQueimaLenta: {
    como: 'de cada trinta buscas uma leva quase um segundo, porque outra transação segura a tabela dos espaços',
    async provocar(palco) {
      palco.enquanto(async () => {
        for (let search = 0; search < 29; search += 1) await buscar(palco);
        await Promise.all([
          palco.sql('reservas', 'BEGIN; LOCK TABLE espacos IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(0.9)'),
          new Promise((over) => setTimeout(over, 100)).then(() => buscar(palco)),
        ]);
      });
    },
  },
};
