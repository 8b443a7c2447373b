import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvalidConfigurationError, isPublic, loadConfig } from '@plataforma/platform';
import { testEnvironment } from '@plataforma/testing';
import { AppModule, settings } from '../src/app.module.js';
import { DestinoProibido } from '../src/domain/errors-ganchos.js';
import { UndiciRemetente } from '../src/infrastructure/undici-remetente.js';
import { GanchosFixture, TIPO } from './ganchos-fixture.js';
import { Receptor } from './receptor.js';

/** By family of addresses, those that are nobody's public host. */
const PROIBIDOS: readonly (readonly [string, ...string[]])[] = [
  ['esta rede', '0.0.0.0', '0.1.2.3'],
  ['privados', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  ['de operadoras (CGNAT)', '100.64.0.1', '100.127.255.255'],
  ['deste computador', '127.0.0.1', '127.255.255.254', '::1'],
  ['do enlace, com os metadados de nuvens', '169.254.169.254', '169.254.0.1', 'fe80::1', 'fe80::1%eth0'],
  ['de protocolos e testes', '192.0.0.8', '192.88.99.1', '198.18.0.1', '198.19.255.255'],
  ['de documentação', '192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  ['de grupos', '224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  ['reservados e de todos', '240.0.0.1', '255.255.255.255'],
  ['privados em IPv6', 'fc00::1', 'fd12:3456::1', 'fec0::1', '::'],
  ['IPv4 dentro de IPv6', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1'],
  ['IPv4 por tradução ou túnel', '64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001:0:7f00:1::1'],
  ['o que não é endereço', '', 'localhost', '127.1', '1.2.3', '0x7f000001'],
];
const PUBLICOS = ['1.1.1.1', '8.8.8.8', '100.63.255.255', '100.128.0.1', '172.15.0.1', '172.32.0.1', '223.255.255.255'];

describe('Um endereço', () => {
  it.each(PROIBIDOS)('%s: não é público', (_familia, ...enderecos) => {
    for (const ip of enderecos) expect([ip, isPublic(ip)]).toEqual([ip, false]);
  });

  it('dos outros é', () => {
    for (const ip of [...PUBLICOS, '2606:4700:4700::1111', '2a00:1450:4001::1'])
      expect([ip, isPublic(ip)]).toEqual([ip, true]);
  });

  it.each([
    'http://integracao.example/x',
    'https://10.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://017700000001/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/latest/meta-data',
    'https://[fe80::1]/',
    'https://localhost/',
    'https://localhost./',
    'https://metadata.google.internal/',
    'https://impressora.local/',
    'https://postgres/',
    'https://ana:segredo@integracao.example/',
  ])('%s é recusado antes de se usar', (url) => {
    expect(() => new UndiciRemetente(false).check(url)).toThrow(DestinoProibido);
  });

  it('https com nome ou endereço público serve', () => {
    for (const url of ['https://integracao.example/x?y=1', 'https://8.8.8.8:8443/', 'https://[2606:4700::1]/'])
      expect(() => new UndiciRemetente(false).check(url)).not.toThrow();
  });
});

describe('Quem envia', () => {
  let receptor: Receptor;
  beforeAll(async () => {
    receptor = await Receptor.start();
  });
  afterAll(() => receptor.stop());

  const enviar = (remetente: UndiciRemetente, host: string, caminho = '/') =>
    remetente.post(`http://${host}:${receptor.porta}${caminho}`, { connection: 'close' }, '{}');

  /** Resolves every name to the next of these, and the last one for ever. */
  const nomes = (...respostas: string[][]) => {
    const pedidos: string[] = [];
    return {
      pedidos,
      resolve: (nome: string) => {
        pedidos.push(nome);
        return Promise.resolve(respostas[Math.min(pedidos.length, respostas.length) - 1] ?? []);
      },
    };
  };

  it.each(PROIBIDOS.flatMap(([, ...enderecos]) => enderecos.filter((ip) => ip !== '' && !/^(127|::1$)/.test(ip))))(
    'não disca %s, a que um nome leva',
    async (ip) => {
      const { resolve } = nomes([ip]);
      const { erro } = await enviar(new UndiciRemetente(true, resolve), 'integracao.example');
      expect(erro).toBe('ENDERECO_PROIBIDO');
    },
  );

  it('não disca este computador fora de testes, por nome nem por endereço', async () => {
    const antes = receptor.conexoes;
    for (const ip of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
      const remetente = new UndiciRemetente(false, nomes([ip]).resolve);
      // The address itself, past what is checked before.
      remetente.client.check = () => undefined;
      expect((await enviar(remetente, 'integracao.example')).erro).toBe('ENDERECO_PROIBIDO');
      expect((await enviar(remetente, ip.includes(':') ? `[${ip}]` : ip)).erro).toBe('ENDERECO_PROIBIDO');
    }
    expect(receptor.conexoes).toBe(antes);
  });

  it('recusa o nome que leva a um lugar público e a outro que não é', async () => {
    const antes = receptor.conexoes;
    const { resolve } = nomes(['127.0.0.1', '10.0.0.1']);
    expect((await enviar(new UndiciRemetente(true, resolve), 'integracao.example')).erro).toBe('ENDERECO_PROIBIDO');
    expect(receptor.conexoes).toBe(antes);
  });

  it('recusa o nome que leva a mais lugares do que alguém tem, ainda que a todos se pudesse ir', async () => {
    const antes = receptor.conexoes;
    const { resolve } = nomes(Array.from({ length: 17 }, () => '127.0.0.1'));
    expect((await enviar(new UndiciRemetente(true, resolve), 'integracao.example')).erro).toBe('ENDERECO_PROIBIDO');
    expect(receptor.conexoes).toBe(antes);
  });

  it('o nome que leva primeiro a um lugar permitido e depois a outro: cada conexão vai aonde foi conferida, ou a lugar nenhum', async () => {
    const { resolve, pedidos } = nomes(['127.0.0.1'], ['169.254.169.254']);
    const remetente = new UndiciRemetente(true, resolve);
    const antes = receptor.conexoes;
    expect((await enviar(remetente, 'integracao.example')).erro).toBeNull();
    // Asked once for one connection: there is no second answer to go by.
    expect([receptor.conexoes - antes, pedidos]).toEqual([1, ['integracao.example']]);
    expect((await enviar(remetente, 'integracao.example')).erro).toBe('ENDERECO_PROIBIDO');
    expect([receptor.conexoes - antes, pedidos.length]).toEqual([1, 2]);
  });

  it('não segue redirecionamentos', async () => {
    for (const [status, location] of [
      [301, 'http://169.254.169.254/latest/meta-data'],
      [302, receptor.url('/alvo')],
      [307, receptor.url('/alvo')],
      [308, '//10.0.0.1/'],
    ] as const) {
      receptor.respostas.set('/desvio', (response) => response.writeHead(status, { location }).end());
      const { erro } = await enviar(new UndiciRemetente(true), '127.0.0.1', '/desvio');
      expect(erro).toBe('REDIRECIONAMENTO');
    }
    expect(receptor.em('/alvo')).toEqual([]);
  });

  it('diz do nome que ninguém conhece, e da porta em que ninguém atende', async () => {
    expect((await enviar(new UndiciRemetente(true, nomes([]).resolve), 'integracao.example')).erro).toBe(
      'NOME_NAO_RESOLVIDO',
    );
    const falha = () => Promise.reject(new Error('SERVFAIL'));
    expect((await enviar(new UndiciRemetente(true, falha), 'integracao.example')).erro).toBe('NOME_NAO_RESOLVIDO');
    expect((await new UndiciRemetente(true).post('http://127.0.0.1:1/', {}, '')).erro).toBe('CONEXAO');
  });

  it('só fala a quem prova ser quem o nome diz, por alguém em quem se confia', async () => {
    const { chave, certificado } = certificar('integracao.example');
    const recebidos: string[] = [];
    const server = createServer({ key: chave, cert: certificado }, (request, response) => {
      recebidos.push(request.url ?? '');
      request.resume();
      response.end('visto');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { resolve } = nomes(['127.0.0.1']);
    const enviarA = (nome: string, remetente: UndiciRemetente) =>
      remetente.post(`https://${nome}:${port}/x`, { connection: 'close' }, '{}');
    try {
      // Signed by itself, whom nobody knows; signed by whom we believe, and for another name; and both as it should be.
      expect(await enviarA('integracao.example', new UndiciRemetente(true, resolve))).toMatchObject({
        status: null,
        erro: 'TLS',
      });
      expect((await enviarA('outra.example', new UndiciRemetente(true, resolve, certificado))).erro).toBe('TLS');
      expect(recebidos).toEqual([]);
      expect(await enviarA('integracao.example', new UndiciRemetente(true, resolve, certificado))).toMatchObject({
        status: 200,
        erro: null,
        resposta: 'visto',
      });
      expect(recebidos).toEqual(['/x']);
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });
});

/** A certificate for a name, signed by its own key. */
function certificar(nome: string): { readonly chave: string; readonly certificado: string } {
  const pasta = mkdtempSync(join(tmpdir(), 'certificado-'));
  try {
    const [chave, certificado] = [join(pasta, 'chave.pem'), join(pasta, 'certificado.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
        ...['-subj', `/CN=${nome}`, '-addext', `subjectAltName=DNS:${nome}`, '-keyout', chave, '-out', certificado],
      ],
      { stdio: 'ignore' },
    );
    return { chave: readFileSync(chave, 'utf8'), certificado: readFileSync(certificado, 'utf8') };
  } finally {
    rmSync(pasta, { recursive: true });
  }
}

describe('GANCHOS_DESTINOS_LOCAIS', () => {
  it('não vale em produção', () => {
    const issuer = {
      settings: { JWKS_URL: 'http://auth.invalid/jwks', JWT_ISSUER: 'http://auth.invalid', JWT_AUDIENCE: 'x' },
    };
    const env = {
      ...testEnvironment({ issuer }),
      RABBITMQ_URL: 'amqp://fila.invalid',
      DATABASE_URL: 'postgres://banco.invalid/x',
      GANCHOS_DESTINOS_LOCAIS: 'true',
    };
    const com = (NODE_ENV: string) => () => AppModule.with(loadConfig(settings, { ...env, NODE_ENV }));
    expect(com('production')).toThrow(InvalidConfigurationError);
    expect(com('test')).not.toThrow();
  });

  it('sem ele, um endereço que não é público nem https se recusa ao cadastrar, e não se grava', async () => {
    const ganchos = await GanchosFixture.start({});
    try {
      for (const url of [ganchos.receptor.url('/x'), 'https://10.1.2.3/x', 'https://[::ffff:10.1.2.3]/x']) {
        const { code } = await ganchos.pede<{ code: string }>('POST', '/v1/ganchos', 422, { url, tipos: [TIPO] });
        expect(code).toBe('ganchos.destino-proibido');
      }
      expect(await ganchos.pede('GET', '/v1/ganchos', 200)).toMatchObject({ itens: [] });
    } finally {
      await ganchos.stop();
    }
  });
});
