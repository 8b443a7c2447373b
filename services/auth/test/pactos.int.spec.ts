import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { GrupoHttp, MessageType } from '@plataforma/contracts';
import { consumeQueue } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import {
  acordado,
  eventually,
  pactosCom,
  pactosDeMensagens,
  quebrados,
  type TestApp,
  tratadorDe,
} from '@plataforma/testing';
import { UsuarioRepository } from '../src/application/ports.js';
import { GruposController } from '../src/presentation/grupos.controller.js';
import { AuthFixture, emailNovo, entrar, registrar } from './auth-fixture.js';

const pactos = pactosCom('auth');
const lidas = pactos.flatMap(({ consumer, interactions = [] }) =>
  interactions.map((interacao) => [`${consumer.name}: ${interacao.description}`, interacao] as const),
);
/** Those that this story brings about. */
const CONTADAS: readonly string[] = [
  'usuario.registrado.v1',
  'usuario.carta-pedida.v1',
  'usuario.grupos-alterados.v1',
  'usuario.grupos-em-dia.v1',
  'espaco.acesso-alterado.v1',
  'sessao.revogada.v1',
] satisfies MessageType[];
const ditas = pactos.flatMap(({ consumer, messages = [] }) =>
  messages
    .filter(({ description }) => CONTADAS.includes(description))
    .map((mensagem) => [`${consumer.name}: ${mensagem.description}`, mensagem] as const),
);

describe('O que outros leem de auth', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await auth.start({}, (nest) => consumeQueue(nest, 'auth.espacos', 10));
    const [emailDoAdmin, email] = [emailNovo(), emailNovo()];
    const conta = await registrar(app, emailDoAdmin);
    await app.nest.get(UsuarioRepository).addPapel(conta.id, 'ADMIN');
    const admin = (await entrar(app, emailDoAdmin)).tokenAcesso;
    const pessoa = await registrar(app, email);
    token = (await entrar(app, email)).tokenAcesso;
    const { body: grupo } = await app.post<GrupoHttp>('/v1/grupos', { nome: 'Engenharia' }, { token: admin });
    await app.send('PUT', `/v1/grupos/${grupo.id}/membros/${pessoa.id}`, { token: admin });
    const espacoId = await auth.espaco();
    const acesso = `/v1/acessos/espacos/${espacoId}`;
    await app.send('PUT', acesso, {
      token: admin,
      body: { regras: { VER: [grupo.id] } },
    });
    const outra = (await entrar(app, email)).tokenAcesso;
    await app.post('/v1/sessoes/encerramento-geral', { manterEsta: false }, { token: outra });
    token = (await entrar(app, email)).tokenAcesso;
  });
  afterAll(() => auth.stop());

  it.each(lidas)('%s', async (_nome, { request, response }) => {
    const { status, body } = await app.get(request.path, { token });
    expect([status, quebrados(response.matchingRules, response.body, body)]).toEqual([response.status, []]);
  });

  it('estão todas as mensagens desta história entre as acordadas', () => {
    const acordadas = new Set(ditas.map(([, { description }]) => description));
    expect(CONTADAS.filter((type) => !acordadas.has(type))).toEqual([]);
  });

  it.each(ditas)('%s', async (_nome, { description, matchingRules, contents }) => {
    const publicada = await eventually(() => auth.broker.published.find(({ type }) => type === description), 30_000);
    expect(quebrados(matchingRules, contents, publicada)).toEqual([]);
  });

  it('o que auth lê de mensagens é o que foi acordado com quem as publica', async () => {
    const [database, consumidor] = [app.nest.get(Database), app.nest.get(GruposController, { strict: false })];
    const novos = await pactosDeMensagens('auth', [['acesso.reenviar.v1'], ['espaco.alterado.v1']], (evento) =>
      database.transaction(async () => void (await tratadorDe([consumidor], evento.type)(evento))),
    );
    expect(novos.map(({ provider }) => provider.name)).toEqual(['reservas']);
    for (const novo of novos) expect(novo).toEqual(acordado(novo));
  });
});
