import type { DynamicModule } from '@nestjs/common';
import { areaModule } from '@plataforma/platform';
import {
  CriarCalendarioHandler,
  LerCalendarioHandler,
  ListarCalendariosHandler,
  RevogarCalendarioHandler,
} from './application/calendarios.js';
import { CalendarioRepository } from './application/ports.js';
import { PgCalendarioRepository } from './infrastructure/pg-calendario-repository.js';
import { CalendariosController } from './presentation/calendarios.controller.js';

/** Calendars to subscribe to. */
export class CalendariosModule {
  static readonly tabelas = ['calendarios'];

  static with(): DynamicModule {
    return areaModule(CalendariosModule, {
      controllers: [CalendariosController],
      providers: [
        { provide: CalendarioRepository, useClass: PgCalendarioRepository },
        CriarCalendarioHandler,
        ListarCalendariosHandler,
        RevogarCalendarioHandler,
        LerCalendarioHandler,
      ],
    });
  }
}
