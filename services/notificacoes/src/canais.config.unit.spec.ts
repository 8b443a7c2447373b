import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@plataforma/platform';
import { conferirCanais, settings } from './canais.config.js';

const VAPID = {
  VAPID_PUBLICA: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
  VAPID_PRIVADA: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE',
};
const conta = `AC${'0'.repeat(32)}`;
const carregar = (env: Record<string, string>) => {
  const config = loadConfig(settings, env);
  conferirCanais(config);
  return config;
};

describe('Os ajustes dos canais', () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      'SendGrid sem remetente',
      { SENDGRID_API_KEY: 'SG.x' },
      ['EMAIL_REMETENTE: obrigatória quando há SENDGRID_API_KEY'],
    ],
    [
      'SMTP sem remetente',
      { SMTP_URL: 'smtps://u:s@mail.exemplo.com' },
      ['EMAIL_REMETENTE: obrigatória quando há SMTP_URL'],
    ],
    [
      'SendGrid e SMTP',
      { SENDGRID_API_KEY: 'SG.x', SMTP_URL: 'smtps://u:s@mail.exemplo.com', EMAIL_REMETENTE: 'a@exemplo.com' },
      ['SENDGRID_API_KEY e SMTP_URL: só uma das duas envia os e-mails'],
    ],
    [
      'o endereço da SendGrid sem chave',
      { SENDGRID_BASE_URL: 'https://x.exemplo' },
      ['SENDGRID_API_KEY: obrigatória quando há SENDGRID_BASE_URL'],
    ],
    [
      'a conta da Twilio só',
      { TWILIO_CONTA: conta },
      ['TWILIO_SEGREDO: obrigatória quando há TWILIO_CONTA', 'SMS_REMETENTE: obrigatória quando há TWILIO_CONTA'],
    ],
    [
      'o segredo da Twilio só',
      { TWILIO_SEGREDO: 'x'.repeat(32) },
      ['TWILIO_CONTA: obrigatória quando há TWILIO_SEGREDO'],
    ],
    ['quem manda SMS só', { SMS_REMETENTE: '+5511940000000' }, ['TWILIO_CONTA: obrigatória quando há SMS_REMETENTE']],
    [
      'a chave pública só',
      { VAPID_PUBLICA: VAPID.VAPID_PUBLICA },
      ['VAPID_PRIVADA: obrigatória quando há VAPID_PUBLICA'],
    ],
    [
      'a chave privada só',
      { VAPID_PRIVADA: VAPID.VAPID_PRIVADA },
      ['VAPID_PUBLICA: obrigatória quando há VAPID_PRIVADA'],
    ],
    ['chaves que não são um par', VAPID, ['VAPID_PUBLICA e VAPID_PRIVADA: não são um par']],
    ['o MongoDB sem endereço', { HISTORICO: 'mongodb' }, ['MONGODB_URL: obrigatória com HISTORICO=mongodb']],
    [
      'o endereço de um MongoDB que não se usa',
      { MONGODB_URL: 'mongodb://127.0.0.1/x' },
      ['MONGODB_URL: só vale com HISTORICO=mongodb'],
    ],
  ])('recusam %s, com uma frase para cada coisa e nenhum valor', (_caso, env, frases) => {
    expect(() => carregar(env)).toThrow(
      expect.objectContaining({ message: `Configuração inválida:\n${frases.map((uma) => `  - ${uma}`).join('\n')}` }),
    );
  });

  it.each<[string, Record<string, string>]>([
    ['CANAIS_RESERVA', { CANAIS_RESERVA: 'EMAIL:EMAIL' }],
    ['CANAIS_RESERVA', { CANAIS_RESERVA: 'EMAIL:SMS,EMAIL:PUSH' }],
    ['CANAIS_RESERVA', { CANAIS_RESERVA: 'EMAIL:POMBO' }],
    ['SMS_PAISES', { SMS_PAISES: '55' }],
    ['SMS_REMETENTE', { SMS_REMETENTE: '11940000000' }],
    ['TWILIO_CONTA', { TWILIO_CONTA: 'XX1' }],
    ['VAPID_PRIVADA', { VAPID_PRIVADA: 'AAAA' }],
    ['FIREBASE_CONTA', { FIREBASE_CONTA: '{"project_id":' }],
    ['FIREBASE_CONTA', { FIREBASE_CONTA: '{"project_id":"x"}' }],
    ['SENDGRID_API_KEY', { SENDGRID_API_KEY: 'chave-secreta' }],
    ['MONGODB_URL', { HISTORICO: 'mongodb', MONGODB_URL: 'http://senha-secreta@127.0.0.1' }],
    ['HISTORICO_DIAS', { HISTORICO_DIAS: '7' }],
  ])('recusam %s que não é uma, pelo nome: %j', (nome, env) => {
    expect(() => carregar(env)).toThrow(new RegExp(`^Configuração inválida:\\n  - ${nome}: [^\\n]+$`));
    expect(() => carregar(env)).not.toThrow(/secreta/);
  });

  it('sem nenhum, e com os que combinam, valem', () => {
    expect(carregar({})).toMatchObject({ HISTORICO: 'postgres', HISTORICO_DIAS: 400 });
    expect([
      ...carregar({
        SMTP_URL: 'smtps://u:s@mail.exemplo.com',
        EMAIL_REMETENTE: 'a@exemplo.com',
        CANAIS_RESERVA: 'EMAIL:SMS,PUSH:EMAIL',
      }).CANAIS_RESERVA,
    ]).toEqual([
      ['EMAIL', 'SMS'],
      ['PUSH', 'EMAIL'],
    ]);
  });
});
