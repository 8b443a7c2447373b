import { type BffConfig, BffModule, bffSettings, consultaDeReserva, fontesDaCasa, repassar } from '@plataforma/bff';
import { repassadasPelaAdministracao } from '@plataforma/contracts';
import { Logger, messagingSettings } from '@plataforma/platform';
import { EsquecerApagados, EsquecerPessoas, MensagensMortas } from './mensagens-mortas.js';
import { MensagensMortasController } from './mensagens-mortas.controller.js';
import { ReservasController } from './reservas.controller.js';

const { RABBITMQ_URL } = messagingSettings;
export const settings = { ...bffSettings, RABBITMQ_URL };

export const application = {
  name: 'bff-admin',
  description: 'O que administradores e operadores usam: espaços, reservas, relatórios e as mensagens que falharam',
  problems: {},
};

export function appModule(config: BffConfig & { readonly RABBITMQ_URL: readonly string[] }) {
  const mensagens = new MensagensMortas(config.RABBITMQ_URL);
  return BffModule.with({
    name: application.name,
    description: application.description,
    config,
    controllers: [
      ReservasController,
      consultaDeReserva('reservas.ver:todos'),
      MensagensMortasController,
      ...repassar(repassadasPelaAdministracao),
    ],
    providers: [
      { provide: MensagensMortas, useValue: mensagens },
      {
        provide: EsquecerPessoas,
        inject: [Logger],
        useFactory: (logger: Logger) => new EsquecerPessoas(mensagens, logger),
      },
      {
        provide: EsquecerApagados,
        inject: [Logger],
        useFactory: (logger: Logger) => new EsquecerApagados(mensagens, logger),
      },
    ],
    checks: [{ name: 'rabbitmq', probe: () => mensagens.list(0), optional: true }],
    fontes: fontesDaCasa,
  });
}
