import { createHmac, randomUUID } from 'node:crypto';
import { Recusa } from '@plataforma/contracts/cliente';
import { PAGINAS } from '@plataforma/contracts/paginas';
import { AutenticadorVirtual } from '@plataforma/testing/autenticador';
import { entrarNoProvedor } from '@plataforma/testing/entrar-no-provedor';
import pg from 'pg';
import { oidcProvider, siteUrl } from '../apps.ts';
import { verificarTudo } from '../platform/auditoria.ts';
import type { PlatformState } from '../platform/state.ts';
import { expect, Person, StoryError, type Tell, until, Visitor } from './client.ts';

const REVOKED_WITHIN_MS = 60_000;
const STEP_S = 30;

/** What an authenticator shows (RFC 6238). @param secret in base32 @param steps from now */
export function totp(secret: string, steps = 0): string {
  const bits = [...secret].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000 / STEP_S) + steps));
  const mac = createHmac('sha1', key).update(counter).digest();
  const code = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fff_ffff;
  return String(code % 1_000_000).padStart(6, '0');
}

/** What the link of a letter to a page of the site brings; without a provider of e-mail letters are kept where whoever runs it may read them. */
async function tokenFromMail({ servers }: PlatformState, email: string, page: string): Promise<string> {
  const client = new pg.Client({
    connectionString: servers.databases.notificacoes.app,
    connectionTimeoutMillis: 5_000,
  });
  await client.connect();
  try {
    return await until('a carta', async () => {
      const { rows } = await client.query<{ texto: string }>('SELECT texto FROM emails_locais WHERE para_email = $1', [
        email,
      ]);
      return rows.map(({ texto }) => new RegExp(`${page}#token=(\\S+)`).exec(texto)?.[1]).find(Boolean);
    });
  } finally {
    await client.end();
  }
}

/** How many files a ZIP lists, by the record that it ends with. */
function filesIn(zip: Buffer): number {
  const end = zip.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  if (end < 0) throw new StoryError('o que se baixou não é um zip inteiro');
  return zip.readUInt16LE(end + 10);
}

const cookieOf = (response: Response, name: string): string => {
  const value = response.headers.getSetCookie().find((cookie) => cookie.startsWith(`${name}=`));
  if (value === undefined) throw new StoryError(`a resposta ${response.status} não traz o cookie ${name}`);
  return value.slice(0, value.indexOf(';'));
};

/** As a browser goes: to the provider, and back. @returns where the site sends it then */
async function byProvider(web: string, email: string, path: string, token?: string): Promise<Response> {
  const begun = await fetch(`${web}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: '{"provedor":"local"}',
  });
  const { endereco } = (await begun.json()) as { endereco?: string };
  if (endereco === undefined) throw new StoryError(`o provedor respondeu ${begun.status}`);
  const back = new URLSearchParams(await entrarNoProvedor(endereco, email));
  return fetch(`${web}/v1/sessoes/externas/retorno?${back.toString()}`, {
    redirect: 'manual',
    headers: { cookie: cookieOf(begun, '__Host-entrada') },
  });
}

/** In each application something that a token of access opens. */
const DOORS = [
  ['auth', '/v1/usuarios/eu'],
  ['reservas', '/v1/reservas'],
  ['pagamentos', '/v1/pagamentos?reservaId=0192f0c4-0000-7000-8000-000000000001'],
  ['notificacoes', '/v1/destinos'],
  ['bff-web', '/v1/eventos'],
  ['bff-mobile', '/mobile/v1/reservas'],
] as const;

/** Those of the doors that the token does not open: asked directly, whatever stands before them. */
async function closedTo({ apps }: PlatformState, token: string): Promise<string[]> {
  const closed = await Promise.all(
    DOORS.map(async ([app, path]) => {
      const url = `${apps[app]}${path}`;
      const { status, body } = await fetch(url, {
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(10_000),
      });
      // The stream of events has no end.
      await body?.cancel();
      if (status !== 200 && status !== 401) throw new StoryError(`${url} respondeu ${status}`);
      return status === 401 ? [app] : [];
    }),
  );
  return closed.flat();
}

/** An account from its beginning to its end. */
export async function account(state: PlatformState, tell: Tell): Promise<void> {
  const email = `rita-${randomUUID().slice(0, 8)}@demo.local`;
  const senha = `demonstração ${randomUUID()}`;
  const web = state.apps['bff-web'] ?? '';
  const visitor = new Visitor(state);
  await visitor.api('POST /v1/usuarios', { corpo: { nome: 'Rita', email, senha, idioma: 'pt-BR' } });
  await visitor.api('POST /v1/usuarios/verificacao', {
    corpo: { token: await tokenFromMail(state, email, PAGINAS.verificarEmail) },
  });
  const login = async () => (await visitor.api('POST /v1/sessoes', { corpo: { email, senha } })).body;
  const first = await login();
  if ('desafio' in first) throw new StoryError('uma conta nova pede um segundo fator');
  expect(first.usuario.emailVerificado === true, 'o e-mail não está verificado');
  const rita = Person.withToken(state, 'Rita', first.tokenAcesso);
  tell('Rita registra-se, abre o link da carta que chegou, e entra: e-mail verificado');

  if (oidcProvider.name in state.apps) {
    const linked = await byProvider(web, email, '/v1/usuarios/eu/provedores', first.tokenAcesso);
    expect(linked.headers.get('location') === PAGINAS.provedores, `ligar o provedor respondeu ${linked.status}`);
    const entered = await byProvider(web, email, '/v1/sessoes/externas');
    expect(entered.headers.get('location') === '/', `entrar pelo provedor respondeu ${entered.status}`);
    cookieOf(entered, '__Host-renovacao');
    tell('liga à conta o provedor local (OpenID Connect), e entra por ele');
  } else tell('(sem provedor local não se entra por ele: inicie com --oidc)');

  const { segredo } = (await rita.api('POST /v1/usuarios/eu/totp')).body;
  const { codigosRecuperacao } = (
    await rita.api('POST /v1/usuarios/eu/totp/confirmacao', { corpo: { codigo: totp(segredo) } })
  ).body;
  const challenged = await login();
  if (!('desafio' in challenged)) throw new StoryError('a senha sozinha abriu a sessão');
  const { desafio } = challenged;
  const byCode = (await visitor.api('POST /v1/sessoes/segundo-fator', { corpo: { desafio, codigo: totp(segredo, 1) } }))
    .body;
  tell(
    `põe um autenticador, guarda ${codigosRecuperacao?.length ?? 0} códigos de recuperação, e entra com senha e código`,
  );

  const key = new AutenticadorVirtual({ origem: siteUrl('bff-web', state.portOffset), dominio: 'localhost' });
  const creation = (await rita.api('POST /v1/usuarios/eu/chaves-de-acesso/opcoes')).body;
  await rita.api('POST /v1/usuarios/eu/chaves-de-acesso', {
    corpo: { desafio: creation.desafio, nome: 'Notebook', credencial: key.create(creation.opcoes) },
  });
  const request = (await visitor.api('POST /v1/sessoes/chave-de-acesso/opcoes')).body;
  const byKey = (
    await visitor.api('POST /v1/sessoes/chave-de-acesso', {
      corpo: { desafio: request.desafio, credencial: key.get(request.opcoes) },
    })
  ).body;
  tell('registra uma chave de acesso, e entra só com ela');

  const keyed = Person.withToken(state, 'Rita', byKey.tokenAcesso);
  const stolen = byCode.tokenAcesso;
  expect((await closedTo(state, stolen)).length === 0, 'a outra sessão não abre tudo');
  const { itens } = (await keyed.api('GET /v1/sessoes')).body;
  const others = itens.filter(({ atual }) => !atual);
  for (const { id } of others) await keyed.api('DELETE /v1/sessoes/:id', { parametros: { id } });
  const revoked = Date.now();
  await until(
    'a recusa da sessão roubada em toda parte',
    async () => (await closedTo(state, stolen)).length === DOORS.length || undefined,
    REVOKED_WITHIN_MS,
  );
  tell(
    `vê ${itens.length} sessões e encerra as que não são esta; ${((Date.now() - revoked) / 1000).toFixed(1)} s depois a roubada não abre mais nada, em serviço nenhum`,
  );

  await keyed.api('POST /v1/conta/exportacoes');
  const link = await tokenFromMail(state, email, PAGINAS.exportacao);
  const { body: zip } = await visitor.api('POST /v1/exportacoes/arquivo', { corpo: { codigo: link } });
  const files = filesIn(Buffer.from(await zip.arrayBuffer()));
  expect(files > 1, 'a exportação não traz os dados');
  tell(`pede os seus dados, e pelo link da carta os leva: um zip de ${files} arquivos`);

  const { comprovante } = (await keyed.api('DELETE /v1/conta', { corpo: { senha } })).body;
  expect(await loginIsRefused(login), 'entra-se ainda na conta apagada');
  const { estado } = (await visitor.api('POST /v1/apagamentos/comprovante', { corpo: { comprovante } })).body;
  expect(estado !== 'DESFEITO', 'o apagamento foi desfeito');
  tell(`apaga a conta: ninguém entra mais nela, e o comprovante diz ${estado}; em minutos, CONCLUIDO`);

  let records = 0;
  for await (const { servico, resultado } of verificarTudo(state)) {
    expect(!resultado.quebra, `a auditoria de ${servico} está quebrada: ${resultado.quebra?.motivo}`);
    records += resultado.conferidos;
  }
  tell(`quem opera confere a auditoria de todos os serviços: ${records} registros, nenhum elo quebrado`);
}

const refused = (error: unknown): true => {
  if (error instanceof Recusa && error.status === 401) return true;
  throw error;
};
/** A moment may pass before the account is closed: the services are asked first whether something is under way. */
const loginIsRefused = (login: () => Promise<unknown>): Promise<true> =>
  until('a conta fechada', () => login().then(() => undefined, refused));
